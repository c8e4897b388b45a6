package io.anabranch.bench.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One direction of a stream: messages under way, in order unless someone interferes. */
final class Pipe {

    private static final int REMEMBERED_MAX = 4;

    private final int window;
    private List<Parcel> underWay = new ArrayList<>();
    private final Deque<Parcel> delivered = new ArrayDeque<>();
    private long lastDueTick;
    private long stuckUntilTick;

    /** @param window messages under way before the sender has to wait */
    Pipe(int window) {
        this.window = window;
    }

    /**
     * A message.
     *
     * @param relaySequence the relay's head when it was sent
     * @param spoiled whether someone has changed its bytes
     */
    record Parcel(byte[] bytes, long dueTick, long relaySequence, boolean spoiled) {}

    boolean hasRoom() {
        return underWay.size() < window;
    }

    boolean isEmpty() {
        return underWay.isEmpty();
    }

    void send(byte[] bytes, long dueTick, long relaySequence) {
        lastDueTick = Math.max(lastDueTick, dueTick);
        underWay.add(new Parcel(bytes, lastDueTick, relaySequence, false));
    }

    /** The message that arrives now, null if none does. */
    @Nullable
    Parcel poll(long tick) {
        if (underWay.isEmpty() || underWay.get(0).dueTick > tick || stuckUntilTick > tick) {
            return null;
        }
        Parcel parcel = underWay.remove(0);
        delivered.add(parcel);
        if (delivered.size() > REMEMBERED_MAX) {
            delivered.remove();
        }
        return parcel;
    }

    void stickUntil(long tick) {
        stuckUntilTick = tick;
    }

    /** Everything under way is lost. */
    void lose() {
        underWay.clear();
    }

    // What an adversary may do; each answers whether there was something to do it to.

    boolean repeatOne(World world) {
        List<Parcel> candidates = new ArrayList<>(delivered);
        candidates.addAll(underWay);
        if (candidates.isEmpty()) {
            return false;
        }
        Parcel again = world.pick(candidates);
        underWay.add(world.pick(underWay.size() + 1), new Parcel(again.bytes, 0, again.relaySequence, again.spoiled));
        return true;
    }

    boolean swapTwo(World world) {
        if (underWay.size() < 2) {
            return false;
        }
        int first = world.pick(underWay.size() - 1);
        underWay.add(first, underWay.remove(first + 1));
        return true;
    }

    boolean loseOne(World world) {
        if (underWay.isEmpty()) {
            return false;
        }
        underWay.remove(world.pick(underWay.size()));
        return true;
    }

    boolean spoilOne(World world) {
        if (underWay.isEmpty()) {
            return false;
        }
        int index = world.pick(underWay.size());
        Parcel parcel = underWay.get(index);
        byte[] spoiled = Spoiler.spoil(parcel.bytes, world);
        underWay = new ArrayList<>(underWay);
        underWay.set(index, new Parcel(spoiled, parcel.dueTick, parcel.relaySequence, true));
        return true;
    }
}
