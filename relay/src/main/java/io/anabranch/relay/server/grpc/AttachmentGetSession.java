package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.anabranch.proto.AttachmentChunk;
import io.anabranch.proto.AttachmentChunks;
import io.anabranch.proto.GetAttachment;
import io.anabranch.proto.GetAttachmentReply;
import io.anabranch.relay.attachment.RelayAttachments;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.replica.attachment.ChunkList;
import io.anabranch.replica.attachment.ContentReader;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.wire.MalformedMessageException;
import io.grpc.Status;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A get: reads two chunks when those before are on the wire, so a device that is slow, or stuck, holds two. */
final class AttachmentGetSession implements CallSession {

    static final int MESSAGE_SIZE_MAX = 1 << 10;

    private final GrpcCall call;
    private final AttachmentContext context;
    private Scopes.@Nullable Reader reader;
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
        RelayAttachments.Given given = context.attachments().given(hash, Objects.requireNonNull(reader));
        if (given.policy().isEmpty()) {
            throw absent();
        } else if (!given.isGiven()) {
            throw Status.PERMISSION_DENIED
                    .withDescription("the rules of this user's scope give the record but not its attachments;"
                            + " ask an administrator")
                    .asRuntimeException();
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

    /** The same for what is not there and for what no record refers to that the device sees: it learns nothing. */
    private static RuntimeException absent() {
        return Status.NOT_FOUND
                .withDescription(
                        "the relay has no such attachment for this user: the device that made it has not sent it yet,"
                                + " or no record that the user sees refers to it")
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
