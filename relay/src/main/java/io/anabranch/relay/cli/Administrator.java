package io.anabranch.relay.cli;

import io.anabranch.proto.BackupReply;
import io.anabranch.proto.ConfigurationChange;
import io.anabranch.proto.ConfigurationChanged;
import io.anabranch.proto.ConfigurationState;
import io.anabranch.proto.CreateEnrolmentCodeReply;
import io.anabranch.proto.Device;
import io.anabranch.proto.ListRejectedReply;
import io.anabranch.proto.ListTracksReply;
import io.anabranch.proto.MergeRecordsReply;
import io.anabranch.proto.MergeRecordsRequest;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.proto.RetryRejectedReply;
import io.anabranch.proto.RevokeReply;
import io.anabranch.proto.RevokeRequest;
import io.anabranch.proto.ScopePreviewReply;
import io.anabranch.proto.ScopesProgress;
import java.nio.file.Path;
import java.util.List;

/** What an administrator does, wherever the relay is. */
interface Administrator extends AutoCloseable {

    /** A new code for a user, who is added if unknown, and a kind of device; for any if that is empty. */
    CreateEnrolmentCodeReply createEnrolmentCode(String user, String deviceType);

    /** What is configured. */
    ConfigurationState readConfiguration();

    /** Changes what is configured, all of it or nothing. */
    ConfigurationChanged changeConfiguration(ConfigurationChange change);

    /** Whether what is configured is in effect; waits a moment for it. Called until it is. */
    ScopesProgress awaitScopes();

    /** What a change would do to what users have. */
    ScopePreviewReply previewScopes(ConfigurationChange change);

    /** Merges a record into another. */
    MergeRecordsReply mergeRecords(MergeRecordsRequest request);

    /** The commits that were rejected: of a user, of everyone if the name is empty. */
    ListRejectedReply listRejected(String user);

    /** Has rejected commits judged again; all if none is named. */
    RetryRejectedReply retryRejected(List<RejectedCommit> commits);

    /** All devices. */
    List<Device> listDevices();

    /** Has devices refresh, all if none is named; the answer is empty, and nothing ordered, if one of them is not enrolled. */
    List<Device> orderRefresh(List<Long> replicas);

    /** Revokes a device or a user. */
    RevokeReply revoke(RevokeRequest request);

    /** Writes a backup to an absolute path on the relay's machine. */
    BackupReply backup(Path directory);

    /** What devices have told of their syncs, by id, after one of them; from the first if that is empty. */
    ListTracksReply listTracks(String after);

    @Override
    void close();
}
