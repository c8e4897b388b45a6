/**
 * The relay as a certificate authority: whom it vouches for, and nothing of who may enrol.
 *
 * <p>Start at {@link io.anabranch.relay.authority.CertificateAuthority}. It has a <b>root</b>, which every device of the
 * organisation trusts, and below it an <b>issuing authority</b>, which signs the certificates of devices, of the relay
 * and of its administrators. What those certificates say, and how a chain is judged, is in
 * {@code io.anabranch.replica.identity}, for both sides alike.
 */
@NullMarked
package io.anabranch.relay.authority;

import org.jspecify.annotations.NullMarked;
