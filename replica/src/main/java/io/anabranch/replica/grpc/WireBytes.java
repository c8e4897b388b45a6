package io.anabranch.replica.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes that cross the wire, TLS and HTTP/2 included. Thread-safe. */
public final class WireBytes {

    private final LongAdder up = new LongAdder();
    private final LongAdder down = new LongAdder();

    /** Bytes sent so far. */
    public long up() {
        return up.sum();
    }

    /** Bytes received so far. */
    public long down() {
        return down.sum();
    }

    ChannelHandler counter() {
        return new ChannelDuplexHandler() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof ByteBuf bytes) {
                    down.add(bytes.readableBytes());
                }
                context.fireChannelRead(message);
            }

            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                if (message instanceof ByteBuf bytes) {
                    up.add(bytes.readableBytes());
                }
                ChannelFuture unused = context.write(message, promise);
            }
        };
    }
}
