package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.AttachmentChunk;
import io.anabranch.proto.AttachmentOffer;
import io.anabranch.proto.AttachmentStored;
import io.anabranch.proto.AttachmentUnknown;
import io.anabranch.proto.AttachmentWanted;
import io.anabranch.proto.PutAttachment;
import io.anabranch.proto.PutAttachmentReply;
import io.anabranch.relay.attachment.RelayAttachments;
import io.anabranch.replica.attachment.ChunkList;
import io.anabranch.replica.attachment.ContentWriter;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.wire.MalformedMessageException;
import io.grpc.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A put: asks for the next message when the one before is on the disk, so it holds one chunk, whatever is sent. */
final class AttachmentPutSession implements CallSession {

    /** A list of chunks, or a chunk. */
    static final int MESSAGE_SIZE_MAX =
            ChunkList.chunkCount(ChunkList.SIZE_MAX) * ContentHash.SIZE + ChunkList.CHUNK_SIZE;

    private static final int IDLE_TICKS_MAX = 4;

    private final GrpcCall call;
    private final AttachmentContext context;
    private @Nullable AttachmentOffer offer;
    private @Nullable ContentWriter writer;
    private int idleTicks;

    AttachmentPutSession(GrpcCall call, AttachmentContext context) {
        this.call = call;
        this.context = context;
    }

    @Override
    public void begin() {
        context.reader(call.caller());
        call.request();
    }

    @Override
    public void receive(byte[] message) {
        idleTicks = 0;
        try {
            PutAttachment put = PutAttachment.parseFrom(message);
            switch (put.getMessageCase()) {
                case OFFER -> offered(put.getOffer());
                case CHUNKS -> listed(put.getChunks().getHashes().toByteArray());
                case CHUNK -> put(put.getChunk());
                default -> throw new MalformedMessageException("a message of an attachment is empty");
            }
        } catch (InvalidProtocolBufferException e) {
            throw CallFailures.malformed(e);
        }
    }

    private void offered(AttachmentOffer offered) {
        if (offer != null) {
            throw new MalformedMessageException("an attachment is offered twice");
        }
        offer = offered;
        ContentHash hash = AttachmentContext.hash(offered.getHash().toByteArray());
        RelayAttachments attachments = context.attachments();
        if (attachments.store().isHere(hash)) {
            answer(PutAttachmentReply.newBuilder().setStored(AttachmentStored.getDefaultInstance()));
            call.close(Status.OK);
        } else if (!attachments.isReferred(hash)) {
            answer(PutAttachmentReply.newBuilder().setUnknown(AttachmentUnknown.getDefaultInstance()));
            call.close(Status.OK);
        } else {
            want(hash);
        }
    }

    private void want(ContentHash hash) {
        Optional<ChunkList> known = context.attachments().store().list(hash);
        known.ifPresent(this::open);
        answer(PutAttachmentReply.newBuilder()
                .setWanted(AttachmentWanted.newBuilder()
                        .setList(known.isEmpty())
                        .setNextChunk(writer == null ? 0 : writer.nextChunk())));
        call.request();
    }

    private void listed(byte[] hashes) {
        AttachmentOffer of = offer;
        if (of == null || writer != null) {
            throw new MalformedMessageException("a list of chunks is not expected");
        }
        ChunkList list = ChunkList.of(of.getSize(), hashes);
        if (!list.hash().equals(AttachmentContext.hash(of.getHash().toByteArray()))) {
            throw new MalformedMessageException("a list of chunks is not that of the hash");
        }
        open(list);
        call.request();
    }

    private void open(ChunkList list) {
        writer = context.attachments().store().write(list);
    }

    private void put(AttachmentChunk chunk) {
        ContentWriter into = writer;
        if (into == null) {
            throw new MalformedMessageException("a chunk comes before the list of chunks");
        }
        // What is here already, the sender could not know when it began.
        if (chunk.getIndex() >= into.nextChunk()) {
            into.put(chunk.getIndex(), chunk.getContent().toByteArray());
        }
        call.request();
    }

    @Override
    public void halfClosed() {
        ContentWriter into = writer;
        if (into == null || into.nextChunk() < into.list().chunkCount()) {
            throw new MalformedMessageException("an attachment is cut short");
        }
        into.finish();
        answer(PutAttachmentReply.newBuilder().setStored(AttachmentStored.getDefaultInstance()));
        call.close(Status.OK);
    }

    private void answer(PutAttachmentReply.Builder reply) {
        call.send(reply.build());
    }

    @Override
    public void tick() {
        idleTicks++;
        if (idleTicks > IDLE_TICKS_MAX) {
            call.close(Status.DEADLINE_EXCEEDED.withDescription("the attachment did not go on; send it again"));
        }
    }

    @Override
    public void closed() {
        if (writer != null) {
            writer.close();
        }
    }
}
