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
 * the feed was read, and since when the fields of a record are to be sent. They meet at each consistent page, which is one
 * whose view's feed ends with it: every record that changed since the one before was given, none has changed after it was.
 */
@NullMarked
package io.anabranch.relay.session;

import org.jspecify.annotations.NullMarked;
