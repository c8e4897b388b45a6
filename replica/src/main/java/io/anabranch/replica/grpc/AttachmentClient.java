package io.anabranch.replica.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.anabranch.proto.AskAttachments;
import io.anabranch.proto.AskAttachmentsReply;
import io.anabranch.proto.AttachmentChunk;
import io.anabranch.proto.AttachmentChunks;
import io.anabranch.proto.AttachmentOffer;
import io.anabranch.proto.AttachmentsGrpc;
import io.anabranch.proto.GetAttachment;
import io.anabranch.proto.GetAttachmentReply;
import io.anabranch.proto.PutAttachment;
import io.anabranch.proto.PutAttachmentReply;
import io.anabranch.replica.attachment.AttachmentAnswer;
import io.anabranch.replica.attachment.AttachmentException;
import io.anabranch.replica.attachment.AttachmentException.Code;
import io.anabranch.replica.attachment.AttachmentRelay;
import io.anabranch.replica.attachment.ChunkList;
import io.anabranch.replica.attachment.ContentReader;
import io.anabranch.replica.attachment.ContentStore;
import io.anabranch.replica.attachment.ContentWriter;
import io.anabranch.replica.content.AttachmentRef;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.schema.AttachmentPolicy;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;

/** Content over gRPC, on a connection of its own, so that a large file never keeps records waiting. */
public final class AttachmentClient implements AttachmentRelay {

    private final RelayChannel channel;

    /** Works with a channel, which it closes. */
    public AttachmentClient(RelayChannel channel) {
        this.channel = channel;
    }

    @Override
    public List<AttachmentAnswer> ask(List<ContentHash> hashes, Transfer transfer) {
        AskAttachments.Builder asked = AskAttachments.newBuilder();
        hashes.forEach(hash -> asked.addHash(ByteString.copyFrom(hash.bytes())));
        try (BlockingCall<AskAttachments, AskAttachmentsReply> call =
                new BlockingCall<>(channel.channel(), AttachmentsGrpc.getAskMethod(), transfer::isCancelled)) {
            call.sendOnly(asked.build());
            List<AttachmentAnswer> answers = reply(call).getAnswerList().stream()
                    .map(AttachmentClient::answer)
                    .toList();
            if (answers.size() != hashes.size()) {
                throw refused("the relay did not answer about each attachment");
            }
            return answers;
        } catch (StatusRuntimeException e) {
            throw failure(e.getStatus());
        }
    }

    private static AttachmentAnswer answer(io.anabranch.proto.AttachmentAnswer said) {
        AttachmentPolicy policy = switch (said.getGiven()) {
            case ATTACHMENT_GIVEN_ON_DEMAND -> AttachmentPolicy.ON_DEMAND;
            case ATTACHMENT_GIVEN_UNMETERED -> AttachmentPolicy.UNMETERED;
            case ATTACHMENT_GIVEN_WITH_RECORD -> AttachmentPolicy.WITH_RECORD;
            default -> AttachmentPolicy.NONE;
        };
        return new AttachmentAnswer(policy, said.getHere());
    }

    @Override
    public boolean send(ContentReader content, Transfer transfer) {
        ChunkList list = content.list();
        try (BlockingCall<PutAttachment, PutAttachmentReply> call =
                new BlockingCall<>(channel.channel(), AttachmentsGrpc.getPutMethod(), transfer::isCancelled)) {
            call.send(PutAttachment.newBuilder()
                    .setOffer(AttachmentOffer.newBuilder()
                            .setHash(ByteString.copyFrom(list.hash().bytes()))
                            .setSize(list.size()))
                    .build());
            PutAttachmentReply answer = reply(call);
            if (answer.hasUnknown()) {
                return false;
            } else if (answer.hasWanted()) {
                upload(call, content, answer, transfer);
                answer = reply(call);
            }
            if (!answer.hasStored()) {
                throw refused("the relay did not confirm an attachment");
            }
            transfer.moved(list.size());
            return true;
        } catch (StatusRuntimeException e) {
            throw failure(e.getStatus());
        }
    }

    private static void upload(
            BlockingCall<PutAttachment, PutAttachmentReply> call,
            ContentReader content,
            PutAttachmentReply answer,
            Transfer transfer) {
        ChunkList list = content.list();
        boolean open = !answer.getWanted().getList()
                || call.send(PutAttachment.newBuilder()
                        .setChunks(
                                AttachmentChunks.newBuilder().setHashes(UnsafeByteOperations.unsafeWrap(list.hashes())))
                        .build());
        for (int index = answer.getWanted().getNextChunk(); open && index < list.chunkCount(); index++) {
            transfer.moved((long) index * ChunkList.CHUNK_SIZE);
            open = call.send(PutAttachment.newBuilder()
                    .setChunk(AttachmentChunk.newBuilder()
                            .setIndex(index)
                            .setContent(UnsafeByteOperations.unsafeWrap(content.chunk(index))))
                    .build());
        }
        if (open) {
            call.halfClose();
        }
    }

    @Override
    public void fetch(AttachmentRef ref, ContentStore store, Transfer transfer) {
        if (ref.size() > store.limits().sizeMax()) {
            throw new AttachmentException(Code.TOO_LARGE, "the attachment is larger than this device takes");
        }
        ChunkList list = store.list(ref.hash()).orElseGet(() -> list(ref, transfer));
        if (list.size() != ref.size()) {
            throw forged("an attachment does not have the size that its reference says");
        }
        try (ContentWriter writer = store.write(list)) {
            transfer.moved(writer.size());
            download(writer, transfer);
            writer.finish();
        }
    }

    private ChunkList list(AttachmentRef ref, Transfer transfer) {
        try (BlockingCall<GetAttachment, GetAttachmentReply> call =
                get(ref.hash(), ChunkList.chunkCount(ref.size()), true, transfer)) {
            ChunkList list =
                    ChunkList.of(ref.size(), reply(call).getChunks().getHashes().toByteArray());
            if (!list.hash().equals(ref.hash())) {
                throw forged("the relay sent a list of chunks that is not the attachment's");
            }
            return list;
        } catch (StatusRuntimeException e) {
            throw failure(e.getStatus());
        }
    }

    private void download(ContentWriter writer, Transfer transfer) {
        ChunkList list = writer.list();
        if (writer.nextChunk() == list.chunkCount()) {
            return;
        }
        try (BlockingCall<GetAttachment, GetAttachmentReply> call =
                get(list.hash(), writer.nextChunk(), false, transfer)) {
            while (writer.nextChunk() < list.chunkCount()) {
                AttachmentChunk chunk = reply(call).getChunk();
                writer.put(chunk.getIndex(), chunk.getContent().toByteArray());
                transfer.moved(writer.size());
            }
        } catch (StatusRuntimeException e) {
            throw failure(e.getStatus());
        }
    }

    private BlockingCall<GetAttachment, GetAttachmentReply> get(
            ContentHash hash, int firstChunk, boolean list, Transfer transfer) {
        BlockingCall<GetAttachment, GetAttachmentReply> call =
                new BlockingCall<>(channel.channel(), AttachmentsGrpc.getGetMethod(), transfer::isCancelled);
        call.sendOnly(GetAttachment.newBuilder()
                .setHash(ByteString.copyFrom(hash.bytes()))
                .setFirstChunk(firstChunk)
                .setList(list)
                .build());
        return call;
    }

    private static AttachmentException failure(Status status) {
        String said = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        Code code = switch (status.getCode()) {
            case NOT_FOUND -> Code.ABSENT;
            case CANCELLED -> Code.CANCELLED;
            case UNAVAILABLE, DEADLINE_EXCEEDED -> Code.UNREACHABLE;
            case ABORTED -> Code.SUPERSEDED;
            case UNAUTHENTICATED,
                    PERMISSION_DENIED,
                    INVALID_ARGUMENT,
                    RESOURCE_EXHAUSTED,
                    FAILED_PRECONDITION,
                    UNIMPLEMENTED -> Code.REFUSED;
            default -> Code.FAILED;
        };
        String message = switch (code) {
            case ABSENT, REFUSED -> said;
            case UNREACHABLE -> "the relay is not reached, or was cut off; what has moved is kept, try again: " + said;
            default -> "the transfer of an attachment ended: " + said;
        };
        return new AttachmentException(code, message, status.asRuntimeException());
    }

    private static AttachmentException forged(String message) {
        return new AttachmentException(Code.FORGED, message);
    }

    private static <R> R reply(BlockingCall<?, R> call) {
        return call.receive().orElseThrow(() -> refused("the relay ended the transfer of an attachment early"));
    }

    private static AttachmentException refused(String message) {
        return new AttachmentException(Code.REFUSED, message);
    }

    @Override
    public void close() {
        channel.close();
    }
}
