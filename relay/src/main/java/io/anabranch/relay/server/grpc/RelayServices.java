package io.anabranch.relay.server.grpc;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.anabranch.proto.AdministrationGrpc;
import io.anabranch.proto.AwaitScopesRequest;
import io.anabranch.proto.BackupRequest;
import io.anabranch.proto.ConfigurationChange;
import io.anabranch.proto.CreateEnrolmentCodeRequest;
import io.anabranch.proto.EnrolReply;
import io.anabranch.proto.EnrolRequest;
import io.anabranch.proto.EnrolmentGrpc;
import io.anabranch.proto.ListDevicesReply;
import io.anabranch.proto.ListDevicesRequest;
import io.anabranch.proto.ListRejectedRequest;
import io.anabranch.proto.ListTracksRequest;
import io.anabranch.proto.MergeRecordsRequest;
import io.anabranch.proto.OrderRefreshReply;
import io.anabranch.proto.OrderRefreshRequest;
import io.anabranch.proto.ReadConfigurationRequest;
import io.anabranch.proto.RetryRejectedRequest;
import io.anabranch.proto.RevokeRequest;
import io.anabranch.relay.administration.BackupWriter;
import io.anabranch.relay.administration.EnrolmentDesk;
import io.anabranch.relay.administration.EnrolmentRefusedException;
import io.anabranch.relay.administration.RelayAdministration;
import io.anabranch.replica.identity.IdentityException;
import io.anabranch.replica.wire.WireLimits;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** The services of one message each way: enrolment, for strangers with a code, and administration, for administrators. */
final class RelayServices {

    private static final int MESSAGE_SIZE_MAX = WireLimits.MESSAGE_SIZE_MAX;
    /** What a stranger may send: the signing request has at most 8 KiB. */
    private static final int ENROLMENT_SIZE_MAX = 16 << 10;

    /** How long a worker waits in one call. */
    private static final long AWAIT_MILLIS = 200;

    private RelayServices() {}

    static List<GrpcMethod> enrolment(EnrolmentDesk desk) {
        return List.of(new GrpcMethod(
                path(EnrolmentGrpc.getEnrolMethod()),
                ENROLMENT_SIZE_MAX,
                UnaryCall.of(EnrolRequest.parser(), (caller, request) -> enrol(desk, caller, request))));
    }

    private static EnrolReply enrol(EnrolmentDesk desk, Caller caller, EnrolRequest request) {
        try {
            return desk.enrol(request, caller.address());
        } catch (EnrolmentRefusedException e) {
            throw refusal(e).withDescription(e.getMessage()).asRuntimeException();
        } catch (IdentityException e) {
            throw invalid(e);
        }
    }

    static Status refusal(EnrolmentRefusedException refused) {
        return switch (refused.reason()) {
            case CODE_NOT_VALID, PROOF_WRONG, DEVICE_TYPE_WRONG, REPLICA_REVOKED -> Status.PERMISSION_DENIED;
            case TOO_MANY_FAILURES -> Status.RESOURCE_EXHAUSTED;
            case REPLICA_ENROLLED -> Status.ALREADY_EXISTS;
        };
    }

    static List<GrpcMethod> administration(RelayAdministration administration) {
        return List.of(
                administrators(
                        AdministrationGrpc.getCreateEnrolmentCodeMethod(),
                        CreateEnrolmentCodeRequest.parser(),
                        request -> administration.createEnrolmentCode(request.getUser(), request.getDeviceType())),
                administrators(
                        AdministrationGrpc.getReadConfigurationMethod(),
                        ReadConfigurationRequest.parser(),
                        request -> administration.readConfiguration()),
                administrators(
                        AdministrationGrpc.getChangeConfigurationMethod(),
                        ConfigurationChange.parser(),
                        administration::changeConfiguration),
                administrators(
                        AdministrationGrpc.getPreviewScopesMethod(),
                        ConfigurationChange.parser(),
                        administration::previewScopes),
                administrators(
                        AdministrationGrpc.getAwaitScopesMethod(),
                        AwaitScopesRequest.parser(),
                        request -> administration.awaitScopes(AWAIT_MILLIS)),
                administrators(
                        AdministrationGrpc.getListTracksMethod(),
                        ListTracksRequest.parser(),
                        request -> administration.listTracks(request.getAfter())),
                administrators(
                        AdministrationGrpc.getMergeRecordsMethod(),
                        MergeRecordsRequest.parser(),
                        administration::mergeRecords),
                administrators(
                        AdministrationGrpc.getListRejectedMethod(),
                        ListRejectedRequest.parser(),
                        request -> administration.listRejected(request.getUser())),
                administrators(
                        AdministrationGrpc.getRetryRejectedMethod(),
                        RetryRejectedRequest.parser(),
                        request -> administration.retryRejected(request.getCommitsList())),
                administrators(AdministrationGrpc.getRevokeMethod(), RevokeRequest.parser(), administration::revoke),
                administrators(
                        AdministrationGrpc.getListDevicesMethod(),
                        ListDevicesRequest.parser(),
                        request -> ListDevicesReply.newBuilder()
                                .addAllDevice(administration.listDevices())
                                .build()),
                administrators(
                        AdministrationGrpc.getOrderRefreshMethod(),
                        OrderRefreshRequest.parser(),
                        request -> OrderRefreshReply.newBuilder()
                                .addAllDevice(administration.orderRefresh(request.getReplicaList()))
                                .build()));
    }

    static GrpcMethod backup(BackupWriter backup) {
        return administrators(
                AdministrationGrpc.getBackupMethod(),
                BackupRequest.parser(),
                request -> backup.write(path(request.getDirectory())));
    }

    private static Path path(String directory) {
        try {
            return Path.of(directory);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("This is not a directory's path: " + directory, e);
        }
    }

    private static <Q extends MessageLite, R extends MessageLite> GrpcMethod administrators(
            MethodDescriptor<Q, R> method, Parser<Q> parser, Function<Q, R> answer) {
        return new GrpcMethod(path(method), MESSAGE_SIZE_MAX, UnaryCall.of(parser, (caller, request) -> {
            caller.requireAdministrator();
            try {
                return answer.apply(request);
            } catch (IdentityException | IllegalArgumentException e) {
                throw invalid(e);
            }
        }));
    }

    static String path(MethodDescriptor<?, ?> method) {
        return "/" + method.getFullMethodName();
    }

    private static StatusRuntimeException invalid(RuntimeException cause) {
        return Status.INVALID_ARGUMENT.withDescription(cause.getMessage()).asRuntimeException();
    }
}
