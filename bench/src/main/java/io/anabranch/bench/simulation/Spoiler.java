package io.anabranch.bench.simulation;

import java.util.Arrays;

/** Damages bytes. */
final class Spoiler {

    private Spoiler() {}

    static byte[] spoil(byte[] bytes, World world) {
        if (bytes.length == 0) {
            return bytes;
        }
        if (world.chance(0.3)) {
            return Arrays.copyOf(bytes, world.pick(bytes.length));
        }
        byte[] spoiled = bytes.clone();
        for (int flips = 1 + world.pick(3); flips > 0; flips--) {
            spoiled[world.pick(bytes.length)] ^= (byte) (1 << world.pick(8));
        }
        return spoiled;
    }
}
