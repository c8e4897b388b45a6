/**
 * Who a device is: its keys, its certificates, and the code it enrols with.
 *
 * <p>A device makes {@link io.anabranch.replica.identity.DeviceKeys} once: a P-256 key for TLS and an Ed25519
 * {@link io.anabranch.replica.identity.CommitKey} for the commits it signs. With an
 * {@link io.anabranch.replica.identity.EnrolmentCode} it finds the right relay
 * ({@link io.anabranch.replica.identity.EnrolmentTrust}) and gets a certificate chain; keys and chain together are its
 * {@link io.anabranch.replica.identity.Identity}. {@link io.anabranch.replica.identity.PeerCertificate} is what a
 * certificate says about its holder, and the only place that knows how it is written there.
 *
 * <p>Nothing here stores or sends anything, and no security provider is registered. Terms: <b>root</b>, the organisation's
 * own certificate, which everything is verified against; <b>issuing authority</b>, the one below it that signs the
 * certificates of devices and relays; <b>chain</b>, a certificate followed by those that prove it, up to the root.
 */
@NullMarked
package io.anabranch.replica.identity;

import org.jspecify.annotations.NullMarked;
