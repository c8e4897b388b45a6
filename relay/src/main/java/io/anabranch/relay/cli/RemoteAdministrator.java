package io.anabranch.relay.cli;

import io.anabranch.proto.AdministrationGrpc;
import io.anabranch.proto.AwaitScopesRequest;
import io.anabranch.proto.BackupReply;
import io.anabranch.proto.BackupRequest;
import io.anabranch.proto.ConfigurationChange;
import io.anabranch.proto.ConfigurationChanged;
import io.anabranch.proto.ConfigurationState;
import io.anabranch.proto.CreateEnrolmentCodeReply;
import io.anabranch.proto.CreateEnrolmentCodeRequest;
import io.anabranch.proto.Device;
import io.anabranch.proto.ListDevicesRequest;
import io.anabranch.proto.ListRejectedReply;
import io.anabranch.proto.ListRejectedRequest;
import io.anabranch.proto.ListTracksReply;
import io.anabranch.proto.ListTracksRequest;
import io.anabranch.proto.MergeRecordsReply;
import io.anabranch.proto.MergeRecordsRequest;
import io.anabranch.proto.OrderRefreshRequest;
import io.anabranch.proto.ReadConfigurationRequest;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.proto.RetryRejectedReply;
import io.anabranch.proto.RetryRejectedRequest;
import io.anabranch.proto.RevokeReply;
import io.anabranch.proto.RevokeRequest;
import io.anabranch.proto.ScopePreviewReply;
import io.anabranch.proto.ScopesProgress;
import io.anabranch.replica.identity.Identity;
import io.anabranch.replica.identity.TlsIdentity;
import io.anabranch.replica.wire.WireLimits;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/** Calls a relay that runs, with an administrator's certificate. */
final class RemoteAdministrator implements Administrator {

    private static final long DEADLINE_SECONDS = 20;
    private static final int BACKUP_SECONDS = 3_600;
    /** Of what reads all records. */
    private static final int SCAN_SECONDS = 600;

    private final String address;
    private final ManagedChannel channel;

    RemoteAdministrator(String address, TlsIdentity identity) {
        this.address = address;
        try {
            channel = NettyChannelBuilder.forTarget(address)
                    .sslContext(GrpcSslContexts.forClient()
                            .keyManager(identity.keyManager())
                            .trustManager(identity.trustManager())
                            .protocols("TLSv1.3")
                            .build())
                    .overrideAuthority(Identity.RELAY_NAME)
                    .maxInboundMessageSize(WireLimits.MESSAGE_SIZE_MAX)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("no TLS with a parsed identity", e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException("The relay's address is not HOST:PORT: " + address);
        }
    }

    @Override
    public CreateEnrolmentCodeReply createEnrolmentCode(String user, String deviceType) {
        return call(stub -> stub.createEnrolmentCode(CreateEnrolmentCodeRequest.newBuilder()
                .setUser(user)
                .setDeviceType(deviceType)
                .build()));
    }

    @Override
    public ConfigurationState readConfiguration() {
        return call(stub -> stub.readConfiguration(ReadConfigurationRequest.getDefaultInstance()));
    }

    @Override
    public ConfigurationChanged changeConfiguration(ConfigurationChange change) {
        return call(stub -> stub.changeConfiguration(change));
    }

    @Override
    public ScopesProgress awaitScopes() {
        return call(stub -> stub.awaitScopes(AwaitScopesRequest.getDefaultInstance()));
    }

    @Override
    public ScopePreviewReply previewScopes(ConfigurationChange change) {
        return call(
                stub -> stub.withDeadlineAfter(SCAN_SECONDS, TimeUnit.SECONDS).previewScopes(change));
    }

    @Override
    public MergeRecordsReply mergeRecords(MergeRecordsRequest request) {
        return call(
                stub -> stub.withDeadlineAfter(SCAN_SECONDS, TimeUnit.SECONDS).mergeRecords(request));
    }

    @Override
    public ListRejectedReply listRejected(String user) {
        return call(stub ->
                stub.listRejected(ListRejectedRequest.newBuilder().setUser(user).build()));
    }

    @Override
    public RetryRejectedReply retryRejected(List<RejectedCommit> commits) {
        return call(stub -> stub.retryRejected(
                RetryRejectedRequest.newBuilder().addAllCommits(commits).build()));
    }

    @Override
    public List<Device> listDevices() {
        return call(stub -> stub.listDevices(ListDevicesRequest.getDefaultInstance()))
                .getDeviceList();
    }

    @Override
    public List<Device> orderRefresh(List<Long> replicas) {
        return call(stub -> stub.orderRefresh(
                        OrderRefreshRequest.newBuilder().addAllReplica(replicas).build()))
                .getDeviceList();
    }

    @Override
    public RevokeReply revoke(RevokeRequest request) {
        return call(stub -> stub.revoke(request));
    }

    @Override
    public BackupReply backup(Path directory) {
        return call(stub -> stub.withDeadlineAfter(BACKUP_SECONDS, TimeUnit.SECONDS)
                .backup(BackupRequest.newBuilder()
                        .setDirectory(directory.toString())
                        .build()));
    }

    @Override
    public ListTracksReply listTracks(String after) {
        return call(stub ->
                stub.listTracks(ListTracksRequest.newBuilder().setAfter(after).build()));
    }

    private <T> T call(Function<AdministrationGrpc.AdministrationBlockingStub, T> method) {
        try {
            return method.apply(
                    AdministrationGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
        } catch (StatusRuntimeException e) {
            throw new CommandFailedException(explain(e));
        }
    }

    private String explain(StatusRuntimeException failure) {
        String reason = String.valueOf(failure.getStatus().getDescription());
        return switch (failure.getStatus().getCode()) {
            // TLS that fails on the other side looks like a lost connection.
            case UNAVAILABLE, DEADLINE_EXCEEDED ->
                "The relay at " + address + " cannot be reached, or does not take this certificate. Check that it runs,"
                        + " and that the administrator's file is of this relay. (" + reason + ")";
            case INVALID_ARGUMENT, PERMISSION_DENIED, UNAUTHENTICATED -> reason;
            default -> "The relay failed: " + failure.getStatus().getCode() + ". See its log. (" + reason + ")";
        };
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
