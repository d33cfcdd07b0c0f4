using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using ModelScan.RoutingApi.Configuration;

namespace ModelScan.RoutingApi.Cli;

/// <summary>Why the gateway could not start, as a person who set it up needs to know it: one line, and no stack trace.</summary>
internal static class StartFailure
{
    /// <summary>The line; <see langword="null"/> for what is no fault of the settings or the machine, but a bug.</summary>
    public static string? Describe(Exception exception) => exception switch
    {
        InvalidConfigException => exception.Message,
        IOException { InnerException: AddressInUseException } => $"cannot start: {OneLine(exception)} Another program listens there: end it, or choose another address with --urls http://127.0.0.1:PORT.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => $"cannot start: {OneLine(exception)} Ports below 1024 need privileges: choose another with --urls http://127.0.0.1:PORT.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => $"cannot start: {OneLine(exception)}: this machine does not have the address that --urls or the listener names.",
        OperationCanceledException => null,
        IOException or SocketException or UnauthorizedAccessException or FormatException or InvalidOperationException or ArgumentException
            or InvalidDataException or NotSupportedException or CryptographicException => $"cannot start: {OneLine(exception)}",
        AggregateException { InnerExceptions: [var only] } => Describe(only),
        _ => null,
    };

    private static string OneLine(Exception exception) => string.Join(' ', exception.Message.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
