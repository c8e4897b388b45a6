package io.anabranch.relay.server.grpc;

import com.google.protobuf.ByteString;
import io.anabranch.proto.Device;
import io.anabranch.proto.RekeyRequest;
import io.anabranch.proto.RenewReply;
import io.anabranch.proto.RenewRequest;
import io.anabranch.proto.SignedStatement;
import io.anabranch.proto.StandingReply;
import io.anabranch.proto.StandingRequest;
import io.anabranch.proto.TrustGrpc;
import io.anabranch.relay.administration.EnrolmentRefusedException;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.identity.PeerCertificate;
import io.anabranch.replica.identity.RevocationList;
import io.anabranch.replica.identity.RootSet;
import io.anabranch.replica.wire.WireLimits;
import io.grpc.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls by which devices learn whom to trust; revoked ones are answered too. */
final class TrustServices {

    /** Of the paths of its methods. */
    static final String PREFIX = "/" + TrustGrpc.SERVICE_NAME + "/";

    /** What a device sends to renew: its signing request has at most 8 KiB. */
    private static final int RENEWAL_SIZE_MAX = 16 << 10;

    private final TrustContext context;

    private TrustServices(TrustContext context) {
        this.context = context;
    }

    static List<GrpcMethod> methods(TrustContext context) {
        TrustServices services = new TrustServices(context);
        return List.of(
                new GrpcMethod(
                        RelayServices.path(TrustGrpc.getStandingMethod()),
                        WireLimits.MESSAGE_SIZE_MAX,
                        UnaryCall.of(StandingRequest.parser(), services::standing)),
                new GrpcMethod(
                        RelayServices.path(TrustGrpc.getRenewMethod()),
                        RENEWAL_SIZE_MAX,
                        UnaryCall.of(RenewRequest.parser(), services::renew)),
                new GrpcMethod(
                        RelayServices.path(TrustGrpc.getRekeyMethod()),
                        RENEWAL_SIZE_MAX,
                        UnaryCall.of(RekeyRequest.parser(), services::rekey)));
    }

    private RenewReply rekey(Caller caller, RekeyRequest request) {
        Device device = device(caller);
        if (device.getRevokedMillis() != 0) {
            throw RevokedException.STATUS.asRuntimeException();
        }
        try {
            return context.desk().rekey(device, caller.device().name(), request);
        } catch (EnrolmentRefusedException e) {
            throw RelayServices.refusal(e).withDescription(e.getMessage()).asRuntimeException();
        } catch (IdentityException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
        }
    }

    private RenewReply renew(Caller caller, RenewRequest request) {
        Device device = device(caller);
        if (device.getRevokedMillis() != 0) {
            throw RevokedException.STATUS.asRuntimeException();
        }
        try {
            return context.desk().renew(device, caller.device().name(), request);
        } catch (IdentityException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
        }
    }

    private StandingReply standing(Caller caller, StandingRequest request) {
        Device device = device(caller);
        boolean revoked = device.getRevokedMillis() != 0;
        if (request.hasRevocations() && !revoked) {
            recover(request.getRevocations());
        }
        RootSet roots = context.roots().get();
        StandingReply.Builder reply =
                StandingReply.newBuilder().setRevoked(revoked).setRootsDigest(roots.digest());
        roots.encoded().forEach(der -> reply.addRoots(ByteString.copyFrom(der)));
        @Nullable SignedStatement list = context.board().statement();
        if (list != null && context.board().version() != request.getRevocationsVersion()) {
            reply.setRevocations(list);
        }
        return reply.build();
    }

    private void recover(SignedStatement list) {
        try {
            context.revocations().recover(RevocationList.verified(list, context.trust()));
        } catch (IdentityException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
        }
    }

    private Device device(Caller caller) {
        PeerCertificate shown = caller.device();
        return context.devices()
                .device(shown.replica().getAsLong())
                .filter(known -> known.getUser().equals(shown.user()))
                .orElseThrow(() -> Status.PERMISSION_DENIED
                        .withDescription("this device is not enrolled with this relay; enrol it again")
                        .asRuntimeException());
    }
}
