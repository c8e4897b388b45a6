package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.anabranch.proto.AttachmentChunk;
import io.anabranch.proto.AttachmentChunks;
import io.anabranch.proto.GetAttachment;
import io.anabranch.proto.GetAttachmentReply;
import io.anabranch.relay.attachment.AttachmentRights.Reader;
import io.anabranch.replica.attachment.ChunkList;
import io.anabranch.replica.attachment.ContentHash;
import io.anabranch.replica.attachment.ContentReader;
import io.anabranch.replica.wire.MalformedMessageException;
import io.grpc.Status;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A get: reads two chunks when those before are on the wire, so a device that is slow, or stuck, holds two. */
final class AttachmentGetSession implements CallSession {

    static final int MESSAGE_SIZE_MAX = 1 << 10;

    private final GrpcCall call;
    private final AttachmentContext context;
    private @Nullable Reader reader;
    private @Nullable ContentReader content;
    private int nextChunk;

    AttachmentGetSession(GrpcCall call, AttachmentContext context) {
        this.call = call;
        this.context = context;
    }

    @Override
    public void begin() {
        reader = context.reader(call.caller());
        call.request();
    }

    @Override
    public void receive(byte[] message) {
        try {
            open(GetAttachment.parseFrom(message));
        } catch (InvalidProtocolBufferException e) {
            throw CallFailures.malformed(e);
        }
        written();
    }

    private void open(GetAttachment get) {
        ContentHash hash = AttachmentContext.hash(get.getHash().toByteArray());
        if (context.attachments()
                .reference(hash, Objects.requireNonNull(reader))
                .isEmpty()) {
            throw absent();
        }
        ContentReader opened = context.attachments().store().read(hash).orElseThrow(AttachmentGetSession::absent);
        content = opened;
        ChunkList list = opened.list();
        if (get.getFirstChunk() < 0 || get.getFirstChunk() > list.chunkCount()) {
            throw new MalformedMessageException("an attachment has no such chunk");
        }
        nextChunk = get.getFirstChunk();
        if (get.getList()) {
            call.send(GetAttachmentReply.newBuilder()
                    .setChunks(AttachmentChunks.newBuilder().setHashes(UnsafeByteOperations.unsafeWrap(list.hashes())))
                    .build());
        }
    }

    /** The same for what is not there and for what the device may not read: it learns nothing. */
    private static RuntimeException absent() {
        return Status.NOT_FOUND
                .withDescription("the relay does not have the attachment; the device that made it has not sent it yet")
                .asRuntimeException();
    }

    @Override
    public void written() {
        ContentReader from = content;
        if (from == null) {
            return;
        }
        while (!call.isClosed()
                && call.unwrittenBytes() < ChunkList.CHUNK_SIZE
                && nextChunk < from.list().chunkCount()) {
            call.send(GetAttachmentReply.newBuilder()
                    .setChunk(AttachmentChunk.newBuilder()
                            .setIndex(nextChunk)
                            .setContent(UnsafeByteOperations.unsafeWrap(from.chunk(nextChunk))))
                    .build());
            nextChunk++;
        }
        if (nextChunk == from.list().chunkCount()) {
            call.close(Status.OK);
        }
    }

    @Override
    public void closed() {
        if (content != null) {
            content.close();
        }
    }
}
