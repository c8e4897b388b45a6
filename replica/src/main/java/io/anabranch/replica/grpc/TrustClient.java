package io.anabranch.replica.grpc;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.anabranch.proto.RekeyRequest;
import io.anabranch.proto.RenewReply;
import io.anabranch.proto.RenewRequest;
import io.anabranch.proto.StandingReply;
import io.anabranch.proto.StandingRequest;
import io.anabranch.proto.TrustGrpc;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks a relay whom to trust, over a channel that is there for sync. Its answers come on a network thread. */
public final class TrustClient {

    private static final long TIMEOUT_SECONDS = 15;

    private final TrustGrpc.TrustFutureStub stub;

    /** Calls over this channel. */
    public TrustClient(RelayChannel channel) {
        this.stub = TrustGrpc.newFutureStub(channel.channel());
    }

    /** What the relay has to say; fails with an {@link io.grpc.StatusRuntimeException}. */
    public CompletableFuture<StandingReply> standing(StandingRequest request) {
        return completable(
                stub.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS).standing(request));
    }

    /** Another certificate for the device; fails with an {@link io.grpc.StatusRuntimeException}. */
    public CompletableFuture<RenewReply> renew(byte[] signingRequest) {
        RenewRequest request = RenewRequest.newBuilder()
                .setSigningRequest(ByteString.copyFrom(signingRequest))
                .build();
        return completable(
                stub.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS).renew(request));
    }

    /** Certificates for another replica id; fails with an {@link io.grpc.StatusRuntimeException}. */
    public CompletableFuture<RenewReply> rekey(RekeyRequest request) {
        return completable(
                stub.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS).rekey(request));
    }

    private static <T> CompletableFuture<T> completable(ListenableFuture<T> future) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Futures.addCallback(
                future,
                new FutureCallback<>() {
                    @Override
                    public void onSuccess(@Nullable T answer) {
                        result.complete(Objects.requireNonNull(answer, "a call has one answer"));
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                MoreExecutors.directExecutor());
        return result;
    }
}
