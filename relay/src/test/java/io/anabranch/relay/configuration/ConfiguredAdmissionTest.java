package io.anabranch.relay.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.crdt.Record;
import io.anabranch.crdt.RecordEdit;
import io.anabranch.crdt.RecordKey;
import io.anabranch.crdt.Value;
import io.anabranch.proto.RejectedCommit;
import io.anabranch.proto.Rejection;
import io.anabranch.proto.RejectionCode;
import io.anabranch.proto.UploadHello;
import io.anabranch.proto.UploadReply;
import io.anabranch.proto.UploadRequest;
import io.anabranch.relay.admission.Admission;
import io.anabranch.relay.admission.AdmissionLimits;
import io.anabranch.relay.admission.AdmissionRule;
import io.anabranch.relay.admission.RejectedCommits;
import io.anabranch.relay.admission.Round;
import io.anabranch.relay.admission.VerifiedCommits;
import io.anabranch.relay.declaration.Declaration;
import io.anabranch.relay.declaration.DeclarationPlan;
import io.anabranch.relay.session.RelayUpload;
import io.anabranch.relay.store.KeyValueRelayStore;
import io.anabranch.relay.store.RelayView;
import io.anabranch.relay.store.StoredRecord;
import io.anabranch.relay.store.VerdictRun;
import io.anabranch.relay.testkit.CommitMaker;
import io.anabranch.replica.schema.Configuration;
import io.anabranch.replica.schema.ConfigurationType;
import io.anabranch.replica.storage.MemoryStorage;
import io.anabranch.replica.tracking.SyncSettings;
import io.anabranch.replica.tracking.SyncTrack;
import io.anabranch.replica.wire.WireLimits;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Commits that are judged by the configuration in the store, through admission. */
class ConfiguredAdmissionTest {

    private static final RecordKey CALL = new RecordKey("call", "c1");
    private static final RecordKey ACCOUNT = new RecordKey("account", "a1");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(CommitMaker.NOW));
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyValueRelayStore store =
            KeyValueRelayStore.open(new MemoryStorage(KeyValueRelayStore.FAMILIES), new Random(1));
    private final RelayReplica relay = RelayReplica.of(store, RANDOM);
    private Admission admission = admission();
    private final ConfigurationDesk desk = new ConfigurationDesk(store, relay, admission, CLOCK);
    private final CommitMaker maria = new CommitMaker(7);

    private Admission admission() {
        return new Admission(
                store,
                AdmissionLimits.DEFAULT,
                new ConfiguredRule(store, relay, AdmissionRule.ACCEPT_ALL),
                CLOCK::millis);
    }

    private void apply(String yaml) {
        Configuration present = desk.configuration();
        desk.change(DeclarationPlan.of(Declaration.read(yaml, present), present, true)
                .edits());
    }

    private Record view(RecordKey key) {
        try (RelayView view = store.view()) {
            return view.record(key).map(StoredRecord::record).orElse(Record.empty(key));
        }
    }

    private Record edit(CommitMaker author, RecordKey key, UnaryOperator<RecordEdit> change) {
        return author.delta(view(key), change);
    }

    private Optional<Rejection> commit(Record... deltas) {
        return admit(maria.commit(deltas));
    }

    private Optional<Rejection> admit(VerifiedCommits commits) {
        try (Round round = admission.begin()) {
            List<VerdictRun> runs = round.admit(commits);
            round.append();
            return rejection(runs.get(0));
        }
    }

    private static Optional<Rejection> rejection(VerdictRun run) {
        return run.verdict() instanceof VerdictRun.Rejected rejected
                ? Optional.of(rejected.rejection())
                : Optional.empty();
    }

    private Optional<RejectionCode> code(RecordKey key, UnaryOperator<RecordEdit> change) {
        return commit(edit(maria, key, change)).map(Rejection::getCode);
    }

    private static UnaryOperator<RecordEdit> set(String field, Object value) {
        Value typed = value instanceof Integer number ? Value.of(number.longValue()) : Value.of(value.toString());
        return edit -> edit.set(field, typed);
    }

    @Test
    void everyCodeThatTheConfigurationDecidesReachesTheAuthor() {
        apply("""
                types:
                  account:
                    life: deleteWins
                    fields: {name: text}
                  call:
                    lock: status = 'locked'
                    fields:
                      name: {type: text, length: 5}
                      status: {type: picklist, values: [open, locked]}
                      account: {type: reference, references: account}
                      code: {unique: true}
                      visits: integer
                      title: {required: true}
                      secret: text
                    validations:
                      few: {check: visits <= 3, message: At most three.}
                profiles:
                  rep:
                    types:
                      call: {create: true, read: true, edit: true, fields: {secret: read}}
                      account: {create: true, read: true, edit: true, delete: true}
                users:
                  user-7: {profile: rep}
                """);
        assertThat(code(CALL, set("name", "x"))).contains(RejectionCode.REQUIRED_FIELD_MISSING);
        assertThat(code(CALL, set("title", "x"))).isEmpty();
        assertThat(code(CALL, set("visits", "many"))).contains(RejectionCode.WRONG_TYPE);
        assertThat(code(CALL, set("name", "longer"))).contains(RejectionCode.TOO_LONG);
        assertThat(code(CALL, set("status", "shut"))).contains(RejectionCode.NOT_IN_PICKLIST);
        assertThat(code(CALL, set("account", "a1"))).contains(RejectionCode.INVALID_REFERENCE);
        assertThat(code(CALL, set("visits", 4))).contains(RejectionCode.VALIDATION_FAILED);
        assertThat(code(CALL, set("fax", "1"))).contains(RejectionCode.SCHEMA_OUTDATED);
        assertThat(code(CALL, set("secret", "1"))).contains(RejectionCode.INSUFFICIENT_ACCESS);
        assertThat(code(CALL, RecordEdit::delete)).contains(RejectionCode.INSUFFICIENT_ACCESS);
        assertThat(code(new RecordKey("memo", "m"), RecordEdit::create)).contains(RejectionCode.INSUFFICIENT_ACCESS);
        assertThat(code(new RecordKey("$user", "user-7"), set("profile", "")))
                .contains(RejectionCode.INSUFFICIENT_ACCESS);
        assertThat(code(CALL, set("code", "A1"))).isEmpty();
        assertThat(code(
                        new RecordKey("call", "c2"),
                        edit -> edit.set("title", Value.of("t")).set("code", Value.of("A1"))))
                .contains(RejectionCode.DUPLICATE_VALUE);
        assertThat(code(CALL, set("status", "locked"))).isEmpty();
        assertThat(code(CALL, set("name", "x"))).contains(RejectionCode.RECORD_LOCKED);
        assertThat(code(ACCOUNT, set("name", "x"))).isEmpty();
        Record unaware = maria.delta(view(ACCOUNT), edit -> edit.undelete().set("name", Value.of("y")));
        assertThat(code(ACCOUNT, RecordEdit::delete)).isEmpty();
        assertThat(commit(unaware).map(Rejection::getCode)).contains(RejectionCode.RECORD_DELETED);
    }

    @Test
    void referencesAndUniqueValuesAreJudgedByTheWholeCommit() {
        apply("""
                types:
                  account: {fields: {name: any}}
                  call: {fields: {account: {type: reference, references: account}, code: {unique: true}}}
                """);
        RecordKey second = new RecordKey("call", "c2");
        assertThat(commit(
                        edit(
                                maria,
                                CALL,
                                edit -> edit.set("account", Value.of("a1")).set("code", Value.of("A"))),
                        edit(maria, second, set("code", "B")),
                        edit(maria, ACCOUNT, RecordEdit::create)))
                .isEmpty();
        assertThat(commit(edit(maria, CALL, set("code", "B")), edit(maria, second, set("code", "A"))))
                .isEmpty();
        assertThat(code(new RecordKey("call", "c3"), set("code", "A"))).contains(RejectionCode.DUPLICATE_VALUE);
        assertThat(code(second, RecordEdit::delete)).isEmpty();
        assertThat(code(new RecordKey("call", "c3"), set("code", "A"))).isEmpty();
        assertThat(code(second, RecordEdit::undelete)).isEmpty();
        assertThat(code(new RecordKey("call", "c4"), set("code", "A"))).contains(RejectionCode.DUPLICATE_VALUE);
    }

    @Test
    void aFieldThatBecomesUniqueKnowsTheRecordsThatThereAre() {
        assertThat(code(CALL, set("code", "A"))).isEmpty();
        apply("types: {call: {fields: {code: {unique: true}}}}");
        assertThat(code(new RecordKey("call", "c2"), set("code", "A"))).contains(RejectionCode.DUPLICATE_VALUE);
        assertThat(code(new RecordKey("call", "c2"), set("code", "B"))).isEmpty();
    }

    @Test
    void rowsMayBeAskedThroughOtherRecords() {
        apply("""
                types:
                  account: {fields: {owner: text}}
                  call: {fields: {account: {type: reference, references: account}}}
                  visit: {fields: {call: {type: reference, references: call}}}
                profiles:
                  rep:
                    types:
                      account: {create: true, read: true, edit: true}
                      visit: {create: true, read: true}
                      call:
                        create: true
                        read: true
                        edit: true
                        rows: account IN (SELECT id FROM account WHERE owner = :user.id)
                users: {user-7: {profile: rep}}
                """);
        assertThat(code(ACCOUNT, set("owner", "user-7"))).isEmpty();
        assertThat(code(new RecordKey("account", "a2"), set("owner", "other"))).isEmpty();
        assertThat(code(CALL, set("account", "a1"))).isEmpty();
        assertThat(code(CALL, set("account", "a2"))).contains(RejectionCode.INSUFFICIENT_ACCESS);
    }

    @Test
    void aCommitAfterAChangeOfConfigurationIsJudgedByItAlsoInOneRound() {
        apply("types: {call: {fields: {note: text}}}");
        VerifiedCommits early = maria.commit(edit(maria, CALL, set("note", "x")));
        VerifiedCommits late = maria.commit(maria.delta(view(CALL), set("note", 1)));
        try (Round round = admission.begin()) {
            assertThat(rejection(round.admit(early).get(0))).isEmpty();
            assertThat(rejection(round.admit(late).get(0)).map(Rejection::getCode))
                    .contains(RejectionCode.WRONG_TYPE);
            round.append();
        }
        apply("types: {call: {fields: {note: any}}}");
        assertThat(code(CALL, set("note", 2))).isEmpty();
        admission = admission();
        assertThat(code(CALL, set("more", 2))).contains(RejectionCode.SCHEMA_OUTDATED);
    }

    @Test
    void aDeviceTellsOfItsOwnSyncsAndOnlyItsUser() {
        CommitMaker other = new CommitMaker(8);
        RecordKey track = SyncTrack.keyOf("0000000000000007-0");
        String user = maria.author().user();
        assertThat(code(track, set("user", user))).isEmpty();
        assertThat(code(track, set("user", "somebody-else"))).hasValue(RejectionCode.INSUFFICIENT_ACCESS);
        assertThat(code(SyncTrack.keyOf("0000000000000007-1"), RecordEdit::create))
                .hasValue(RejectionCode.INSUFFICIENT_ACCESS);
        assertThat(admit(other.commit(edit(other, track, set("user", user)))).map(Rejection::getCode))
                .hasValue(RejectionCode.INSUFFICIENT_ACCESS);
        // Its records take turns, so there are never more than so many.
        assertThat(code(SyncTrack.key(7, SyncSettings.TRACKS_KEPT_MAX), set("user", user)))
                .hasValue(RejectionCode.INSUFFICIENT_ACCESS);
    }

    @Test
    void aTypeThatWasRemovedTakesNothing() {
        apply("types: {call: {fields: {note: text}}}");
        apply("types: {}");
        assertThat(code(CALL, set("note", "x"))).contains(RejectionCode.SCHEMA_OUTDATED);
        assertThat(code(new RecordKey("memo", "m"), set("note", "x"))).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        ConfigurationEdit edit = new ConfigurationEdit(
                ConfigurationType.RULE, "r", Map.of("kind", "top", "type", "call", "where", "a ="), Set.of(), false);
        assertThatThrownBy(() -> desk.change(List.of(edit)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rules.r.where");
    }

    @Test
    void aRejectedCommitIsAcceptedOnceTheRulesAllowIt() {
        apply("types: {call: {fields: {note: {type: text, length: 3}}}}");
        assertThat(commit(edit(maria, CALL, set("note", "longer")))).isPresent();
        assertThat(code(CALL, edit -> edit.create())).isEmpty();
        RejectedCommits rejected = new RejectedCommits(store);
        RejectedCommit kept = rejected.of(7).get(0);
        assertThat(kept.getRejection().getCode()).isEqualTo(RejectionCode.TOO_LONG);
        assertThat(kept.getUser()).isEqualTo("user-7");
        assertThat(revised()).isEmpty();
        assertThat(admission.<Optional<Rejection>>perform(round -> round.retry(maria.author(), kept)))
                .isPresent();
        assertThat(revised())
                .singleElement()
                .satisfies(run -> assertThat(run.getRejected().getCode()).isEqualTo(RejectionCode.TOO_LONG));
        apply("types: {call: {fields: {note: text}}}");
        assertThat(admission.<Optional<Rejection>>perform(round -> round.retry(maria.author(), kept)))
                .isEmpty();
        assertThat(view(CALL).value("note")).contains(Value.of("longer"));
        assertThat(rejected.of(7)).isEmpty();
        assertThat(revised()).singleElement().satisfies(run -> {
            assertThat(run.getFirstSeq()).isEqualTo(kept.getSeq());
            assertThat(run.getAccepted().getSequence()).isEqualTo(store.head().sequence());
        });
    }

    private List<io.anabranch.proto.VerdictRun> revised() {
        RelayUpload upload = new RelayUpload(maria.author(), store, CLOCK::millis);
        upload.receive(UploadRequest.newBuilder()
                .setHello(UploadHello.newBuilder()
                        .setProtocol(WireLimits.PROTOCOL)
                        .setFirstUnjudgedSeq(maria.nextSeq())
                        .setFirstErrorSeq(1))
                .build());
        UploadReply reply = Optional.ofNullable(upload.next()).orElseThrow();
        return reply.getWelcome().getRevised().getRunsList();
    }

    @Test
    void aRetryDoesNotBringBackWhatWasWrittenOverSince() {
        apply("types: {call: {fields: {note: {type: text, length: 3}, more: any}}}");
        assertThat(commit(edit(maria, CALL, edit -> edit.create()))).isEmpty();
        Record base = view(CALL);
        Record longer =
                maria.delta(base, edit -> edit.set("note", Value.of("longer")).set("more", Value.of(1)));
        assertThat(commit(longer)).isPresent();
        Record corrected = maria.delta(base.join(longer), edit -> edit.set("note", Value.of("ok")));
        assertThat(commit(corrected)).isEmpty();
        apply("types: {call: {fields: {note: text, more: any}}}");
        RejectedCommit kept = new RejectedCommits(store).of(7).get(0);
        assertThat(admission.<Optional<Rejection>>perform(round -> round.retry(maria.author(), kept)))
                .isEmpty();
        assertThat(view(CALL).values("note")).containsExactly(Value.of("ok"));
        assertThat(view(CALL).value("more")).contains(Value.of(1));
    }
}
