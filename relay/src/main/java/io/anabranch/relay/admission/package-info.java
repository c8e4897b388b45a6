/**
 * Admission: judges the commits of replicas, joins the accepted ones into the records and gives them their place in the order.
 *
 * <p>Start with {@link io.anabranch.relay.admission.Admission}. Batches of commits are checked and decoded as {@link
 * io.anabranch.relay.admission.VerifiedCommits} on any thread; a {@link io.anabranch.relay.admission.Round} then admits many of
 * them on the one thread that orders, and ends with one append. Nothing here waits but for the store, and nothing here
 * knows a session, a connection or a thread.
 *
 * <h2>Two ways to say no</h2>
 *
 * A <b>rejection</b> is a verdict on one commit: it takes the commit's place in its replica's history, the author is told what
 * to do, and the commits after it are judged as usual, so that one bad commit blocks nothing. A batch is <b>refused</b>, with
 * an exception and without any change, when its place in the history is not certain: it is not signed, it leaves commits
 * out, or it continues another history than the relay's.
 *
 * <h2>What is not believed</h2>
 *
 * A replica may name only dots of its own as its writes, and only as superseded what the record has: see {@link
 * io.anabranch.relay.admission.CommitJudge}. So nobody can delete what is yet to be written, or make a record's context grow.
 */
@NullMarked
package io.anabranch.relay.admission;

import org.jspecify.annotations.NullMarked;
