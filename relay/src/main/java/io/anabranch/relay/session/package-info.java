/**
 * The relay's side of sync as state machines without IO: messages in, messages out.
 *
 * <p>Start with {@link io.anabranch.relay.session.RelayUpload}, which takes commits and repeats verdicts, and {@link
 * io.anabranch.relay.session.RelayDownload}, which gives pages. The two streams of a device do not know each other. A shell
 * around them owns connections, threads and timers: it hands in what arrives, and asks for the next reply while the
 * transport can take one. Each object is for one stream of one device that has shown who it is, and for one thread at a time.
 * Nothing in memory grows with the size of the store or with what a slow device leaves waiting.
 *
 * <h2>Terms</h2>
 *
 * A <b>page</b> holds the patches of records that changed after the cursor, in the order of their latest change; with a
 * <b>consistent</b> page the device has the state of one single position. A message that is malformed or out of turn is a
 * {@link io.anabranch.replica.wire.MalformedMessageException}: nothing is changed and the stream ends.
 *
 * <h2>Why pages are right although records move</h2>
 *
 * Each page reads the store as it is then, so that no view is held while a device is slow, or away for a week. A record that was
 * to come may be changed between two pages; then it moves behind, out of the part of the feed that the pages have already
 * passed into the part that is to come. So it is not missed. But what it lacks by then is not only what changed after the last
 * page: it is all that changed after the last <em>consistent</em> page. The cursor therefore carries two sequences: how far
 * the feeds were read, and since when the fields of a record are to be sent. They meet at each consistent page, which is one
 * whose view's feeds end with it: every record that changed since the one before was given, none has changed after it was.
 *
 * <h2>Why they are right although scopes change</h2>
 *
 * What is sent is always judged by the memberships and the scope set of the moment; the cursor only tells what the device may
 * have. It names the set that the device <b>had</b> with its last consistent page. If its user's set is another one by now, the
 * device is in a <b>transition</b>: the feeds of the buckets that go, or show less, are read to their ends, and those that
 * come, or show more, as far as the cursor's position, one after the other and page by page. Each record met is given whole, as
 * it can be seen now, or as a leave. Then the device catches up, and what moved meanwhile is found behind the position as
 * ever. If the set changes in the middle, the transition is given up for another one: what it may have brought is
 * remembered as <b>possible</b>, so that it is read as what goes, and what it may have taken is no longer <b>sure</b>.
 *
 * <p>Of a record only what changed since the last consistent page is sent if the device has kept just what it may see, by
 * buckets that the record has not come into since; nothing is sent if nothing changed. Otherwise the whole is. So a rule that
 * is replaced by another one with the same records costs nothing, although its bucket is another one.
 */
@NullMarked
package io.anabranch.relay.session;

import org.jspecify.annotations.NullMarked;
