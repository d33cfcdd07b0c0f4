using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// HTTP/2 without TLS for clients that begin with it (RFC 9113, 3.3), on the port that serves HTTP/1.1: Kestrel goes by what TLS negotiated
/// alone, so a connection that begins with HTTP/2's preface gets told what TLS would have told of it.
/// </summary>
internal static class PriorKnowledge
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Looks at the first bytes of every connection.</summary>
    public static void Watch(ListenOptions listen)
    {
        var patience = listen.KestrelServerOptions.Limits.KeepAliveTimeout;
        listen.Use(next => async connection =>
        {
            if (await BeginsWithPrefaceAsync(connection, patience))
            {
                connection.Features.Set<ITlsConnectionFeature>(NoTls.Instance);
                connection.Features.Set<ITlsApplicationProtocolFeature>(NoTls.Instance);
            }

            await next(connection);
        });
    }

    private static async ValueTask<bool> BeginsWithPrefaceAsync(ConnectionContext connection, TimeSpan patience)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(
            connection.ConnectionClosed, connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default);
        waiting.CancelAfter(patience);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(waiting.Token);
                var answer = Compare(result.Buffer);
                var (start, end) = (result.Buffer.Start, result.Buffer.End);
                input.AdvanceTo(start, answer is null && !result.IsCompleted ? end : start);
                if (answer is { } known)
                    return known;
                if (result.IsCompleted)
                    return false;
            }
        }
        catch (OperationCanceledException)
        {
            return false; // the server ends a connection on which nothing comes
        }
    }

    // Null while more has to come.
    private static bool? Compare(ReadOnlySequence<byte> begun)
    {
        Span<byte> bytes = stackalloc byte[24];
        var length = (int)Math.Min(begun.Length, Preface.Length);
        begun.Slice(0, length).CopyTo(bytes);
        if (!bytes[..length].SequenceEqual(Preface[..length]))
            return false;
        return length == Preface.Length ? true : null;
    }

    private sealed class NoTls : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public static readonly NoTls Instance = new();

        private static readonly byte[] Http2 = "h2"u8.ToArray();

        public ReadOnlyMemory<byte> ApplicationProtocol => Http2;

        public X509Certificate2? ClientCertificate
        {
            get => null;
            set => throw new NotSupportedException();
        }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
    }
}
