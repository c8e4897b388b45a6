/**
 * Who may use the relay: its users, the one-time codes they enrol devices with, and the devices.
 *
 * <p>Start with {@link io.anabranch.relay.administration.RelayAdministration}, what an administrator does; then {@link
 * io.anabranch.relay.administration.EnrolmentDesk}, what a stranger with a code does; {@link
 * io.anabranch.relay.administration.DeviceTable} is what is known of each device. All of it is in small tables of the
 * relay's store, so it works the same in a relay that serves and in a command on one that does not.
 */
@NullMarked
package io.anabranch.relay.administration;

import org.jspecify.annotations.NullMarked;
