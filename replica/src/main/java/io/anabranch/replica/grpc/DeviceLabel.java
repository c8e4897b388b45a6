package io.anabranch.replica.grpc;

/**
 * What the office calls a device.
 *
 * @param name shown in lists
 * @param type what kind of device it is, such as {@code tablet}: rules may be for some kinds only; may be empty
 */
public record DeviceLabel(String name, String type) {}
