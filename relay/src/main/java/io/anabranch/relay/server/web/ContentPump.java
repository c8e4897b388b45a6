package io.anabranch.relay.server.web;

import io.anabranch.replica.attachment.ChunkList;
import io.anabranch.replica.attachment.ContentReader;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a part of content to a response: one chunk is read, on a worker, when the one before is on the wire. */
final class ContentPump {

    private static final Logger LOG = LoggerFactory.getLogger(ContentPump.class);

    private final ContentReader content;
    private final HttpServerResponse response;
    private final Context context;
    private final Executor workers;
    private long position;
    private long end;
    private boolean ended;

    ContentPump(ContentReader content, HttpServerResponse response, Context context, Executor workers) {
        this.content = content;
        this.response = response;
        this.context = context;
        this.workers = workers;
    }

    /** Begins, on the event loop; the content is closed at the end, whichever it is. */
    void start(ByteRange range) {
        position = range.first();
        end = range.end();
        response.exceptionHandler(failure -> stop());
        response.closeHandler(none -> stop());
        next();
    }

    private void next() {
        if (ended || response.closed()) {
            stop();
        } else if (position == end) {
            response.end();
            stop();
        } else {
            workers.execute(this::read);
        }
    }

    private void read() {
        try {
            int index = (int) (position / ChunkList.CHUNK_SIZE);
            byte[] chunk = content.chunk(index);
            int from = (int) (position - (long) index * ChunkList.CHUNK_SIZE);
            int size = (int) Math.min(chunk.length - from, end - position);
            Buffer bytes = Buffer.buffer(chunk).slice(from, from + size);
            context.runOnContext(none -> write(bytes));
        } catch (RuntimeException e) {
            LOG.warn("An attachment could not be read.", e);
            // The head is out: only a connection that is cut tells the client.
            context.runOnContext(none -> response.reset());
        }
    }

    private void write(Buffer bytes) {
        if (ended) {
            return;
        }
        position += bytes.length();
        response.write(bytes).onComplete(done -> {
            if (done.succeeded()) {
                next();
            } else {
                stop();
            }
        });
    }

    private void stop() {
        if (!ended) {
            ended = true;
            workers.execute(content::close);
        }
    }
}
