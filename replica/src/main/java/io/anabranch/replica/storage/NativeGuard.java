package io.anabranch.replica.storage;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.StampedLock;

/**
 * Keeps native objects from being used after they were freed, which would end the process rather than throw.
 *
 * <p>Every use goes between {@link #enter} and {@link #leave}, which share a lock and cost two atomic instructions;
 * {@link #close} takes the lock alone. The lock is not reentrant, so nothing between the two may enter again. Objects
 * that live longer than a call, scans and snapshots, are registered with {@link #add}, so that close ends those still
 * open. Any thread.
 */
final class NativeGuard {
    private final StampedLock lock = new StampedLock();
    private final Set<Dependent> dependents = ConcurrentHashMap.newKeySet();
    private final String whenClosed;
    private boolean closed;

    /** The message is that of the exception thrown on a use after close. */
    NativeGuard(String whenClosed) {
        this.whenClosed = whenClosed;
    }

    /** Begins a use and returns the stamp to end it with. */
    long enter() {
        long stamp = lock.readLock();
        if (closed) {
            lock.unlockRead(stamp);
            throw new IllegalStateException(whenClosed);
        }
        return stamp;
    }

    void leave(long stamp) {
        lock.unlockRead(stamp);
    }

    /** Begins a use that no other runs beside; to be ended with {@link #leaveAlone}. */
    long enterAlone() {
        long stamp = lock.writeLock();
        if (closed) {
            lock.unlockWrite(stamp);
            throw new IllegalStateException(whenClosed);
        }
        return stamp;
    }

    void leaveAlone(long stamp) {
        lock.unlockWrite(stamp);
    }

    /** Whether an object of a class is registered and not released. */
    boolean has(Class<? extends Dependent> kind) {
        return dependents.stream().anyMatch(kind::isInstance);
    }

    /** Registers an object; the caller has entered. */
    void add(Dependent dependent) {
        dependents.add(dependent);
    }

    /** Frees a registered object, unless that has been done. */
    void release(Dependent dependent) {
        long stamp = lock.readLock();
        try {
            if (dependents.remove(dependent)) {
                dependent.release();
            }
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /** Waits for uses under way, frees what is registered and then runs the action; does nothing the second time. */
    void close(Runnable action) {
        long stamp = lock.writeLock();
        try {
            if (!closed) {
                closed = true;
                dependents.forEach(Dependent::release);
                dependents.clear();
                action.run();
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Owns native objects that must be freed before the store is. */
    interface Dependent {
        /** Frees them; called once, never while another method of the object runs. */
        void release();
    }
}
