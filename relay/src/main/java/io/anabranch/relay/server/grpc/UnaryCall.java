package io.anabranch.relay.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.Status;
import java.util.function.BiFunction;

/** A call of one message each way. Its caller may be a stranger, so it does not wait for the message for long. */
final class UnaryCall<Q extends MessageLite, R extends MessageLite> implements CallSession {

    private static final int TICKS_MAX = 2;

    private final GrpcCall call;
    private final Parser<Q> parser;
    private final BiFunction<Caller, Q, R> answer;
    private int ticks;

    private UnaryCall(GrpcCall call, Parser<Q> parser, BiFunction<Caller, Q, R> answer) {
        this.call = call;
        this.parser = parser;
        this.answer = answer;
    }

    /** The sessions of a method that this function answers, on a worker. */
    static <Q extends MessageLite, R extends MessageLite> GrpcMethod.Sessions of(
            Parser<Q> parser, BiFunction<Caller, Q, R> answer) {
        return call -> new UnaryCall<>(call, parser, answer);
    }

    @Override
    public void begin() {
        call.request();
    }

    @Override
    public void receive(byte[] message) {
        try {
            call.send(answer.apply(call.caller(), parser.parseFrom(message)));
            call.close(Status.OK);
        } catch (InvalidProtocolBufferException e) {
            throw CallFailures.malformed(e);
        }
    }

    @Override
    public void tick() {
        ticks++;
        if (ticks == TICKS_MAX) {
            call.close(Status.DEADLINE_EXCEEDED.withDescription("the call's message did not come"));
        }
    }

    @Override
    public void halfClosed() {
        call.close(Status.INVALID_ARGUMENT.withDescription("the call has no message"));
    }
}
