package io.anabranch.relay.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.proto.AskAttachments;
import io.anabranch.proto.AskAttachmentsReply;
import io.anabranch.proto.AttachmentAnswer;
import io.anabranch.proto.AttachmentGiven;
import io.anabranch.relay.attachment.RelayAttachments;
import io.anabranch.relay.attachment.RelayAttachments.Given;
import io.anabranch.relay.scope.Scopes;
import io.anabranch.replica.attachment.AttachmentRelay;
import io.anabranch.replica.content.ContentHash;
import io.anabranch.replica.wire.MalformedMessageException;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says when a device gets content. */
final class AttachmentAskSession implements CallSession {

    static final int MESSAGE_SIZE_MAX = AttachmentRelay.ASKED_COUNT_MAX * (ContentHash.SIZE + 4);

    private final GrpcCall call;
    private final AttachmentContext context;
    private Scopes.@Nullable Reader reader;

    AttachmentAskSession(GrpcCall call, AttachmentContext context) {
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
        List<ContentHash> asked = asked(message);
        AskAttachmentsReply.Builder reply = AskAttachmentsReply.newBuilder();
        RelayAttachments attachments = context.attachments();
        List<Given> given = attachments.given(asked, Objects.requireNonNull(reader));
        for (int i = 0; i < asked.size(); i++) {
            boolean here = given.get(i).isGiven() && attachments.store().isHere(asked.get(i));
            reply.addAnswer(AttachmentAnswer.newBuilder()
                    .setGiven(message(given.get(i)))
                    .setHere(here));
        }
        call.send(reply.build());
        call.close(Status.OK);
    }

    private static List<ContentHash> asked(byte[] message) {
        try {
            List<ContentHash> hashes = new ArrayList<>();
            for (ByteString hash : AskAttachments.parseFrom(message).getHashList()) {
                hashes.add(AttachmentContext.hash(hash.toByteArray()));
            }
            if (hashes.size() > AttachmentRelay.ASKED_COUNT_MAX) {
                throw new MalformedMessageException("too many attachments are asked about at once");
            }
            return hashes;
        } catch (InvalidProtocolBufferException e) {
            throw CallFailures.malformed(e);
        }
    }

    private static AttachmentGiven message(Given given) {
        return given.policy()
                .map(policy -> switch (policy) {
                    case NONE -> AttachmentGiven.ATTACHMENT_GIVEN_NONE;
                    case ON_DEMAND -> AttachmentGiven.ATTACHMENT_GIVEN_ON_DEMAND;
                    case UNMETERED -> AttachmentGiven.ATTACHMENT_GIVEN_UNMETERED;
                    case WITH_RECORD -> AttachmentGiven.ATTACHMENT_GIVEN_WITH_RECORD;
                })
                .orElse(AttachmentGiven.ATTACHMENT_GIVEN_UNSPECIFIED);
    }
}
