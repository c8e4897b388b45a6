package io.anabranch.relay.cli;

import io.anabranch.proto.BackupReply;
import io.anabranch.proto.CreateEnrolmentCodeReply;
import io.anabranch.proto.Device;
import io.anabranch.proto.User;
import java.nio.file.Path;
import java.util.List;

/** What an administrator does, wherever the relay is. */
interface Administrator extends AutoCloseable {

    /** A new code for a user, who is added if unknown. */
    CreateEnrolmentCodeReply createEnrolmentCode(String user);

    /** Adds or replaces a user. */
    void putUser(User user);

    /** All users, by name. */
    List<User> listUsers();

    /** All devices. */
    List<Device> listDevices();

    /** Writes a backup to an absolute path on the relay's machine. */
    BackupReply backup(Path directory);

    @Override
    void close();
}
