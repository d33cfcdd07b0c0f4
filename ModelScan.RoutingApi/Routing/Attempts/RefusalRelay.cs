using System.Globalization;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.Providers.Headers;

namespace ModelScan.RoutingApi.Routing.Attempts;

/// <summary>
/// Reads what a provider says to a request that it refuses, because that decides what it means; where it is the client's to know, the
/// client gets it: in the provider's own bytes where it speaks the same format, else as an error of its own format.
/// </summary>
internal static class RefusalRelay
{
    /// <summary>Largest error in bytes that is read.</summary>
    public const int LargestError = 64 << 10;

    /// <summary>Relays an answer with an error status.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="verdict">What its status says.</param>
    /// <param name="terms">Whether somebody else can be asked.</param>
    /// <param name="isRepaired">Whether something has been left out already.</param>
    /// <param name="time">Clock, for dates in a provider's headers.</param>
    public static async ValueTask<AttemptFailure?> RunAsync(ProviderAnswer answer, UpstreamVerdict verdict, AttemptTerms terms, bool isRepaired, TimeProvider time)
    {
        await using var provider = new ProviderStream(await answer.Response.Content.ReadAsStreamAsync(answer.Deadline.Token), answer.Deadline, answer.KeepAlive);
        using var body = await CollectedBody.ReadAsync(provider, answer, LargestError);
        var status = (int)answer.Response.StatusCode;
        var said = ProviderError.Read(answer.Target.Config.Provider, status, Decoded(answer, body), answer.Header, time);
        var judged = UpstreamVerdicts.Of(said, verdict, terms, isRepaired);
        if (judged is UpstreamVerdict.Refuse && answer.Request.Translation is null && !answer.Plan.Response.HasBegun)
        {
            await PassOnAsync(answer, provider, body);
            return null;
        }

        var retryAfter = said.RetryAfter is { } wait ? Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture) : null;
        return AttemptFailure.OfStatus(answer.Target, judged, status, retryAfter, said.Error) with
        {
            Parameter = OptionalParameters.MemberOf(said.UnsupportedParameter),
        };
    }

    private static async ValueTask PassOnAsync(ProviderAnswer answer, ProviderStream provider, CollectedBody body)
    {
        var response = answer.Plan.Response;
        ForwardedHeaders.CopyToClient(answer.Response, response.Headers, answer.Plan.Request.Snapshot.Headers.ToClient(answer.Plan.Request.Format, isTranslated: false), answer.Target.Api.IsGateway);
        response.Begin((int)answer.Response.StatusCode, answer.Observation.Head);
        if (body.Bytes.IsEmpty)
            await response.StartAsync(answer.Deadline.Token);
        else
            await response.Body.WriteAsync(body.Bytes, answer.Deadline.Token);
        if (body.IsComplete)
            return;
        var buffer = new byte[ProviderAnswer.SmallPiece];
        while (await provider.ReadAsync(buffer) is var read and > 0)
            await response.Body.WriteAsync(buffer.AsMemory(0, read), answer.Deadline.Token);
    }

    private static ReadOnlySpan<byte> Decoded(ProviderAnswer answer, CollectedBody body)
    {
        if (!answer.IsEncoded)
            return body.Bytes.Span;
        try
        {
            using var copy = new MemoryStream(body.Bytes.ToArray());
            using var text = ProviderStream.Decoded(copy, answer.Response.Content.Headers.ContentEncoding);
            var decoded = new byte[LargestError];
            return decoded.AsSpan(0, text.ReadAtLeast(decoded, decoded.Length, throwOnEndOfStream: false));
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException || ContentDecoding.IsMalformed(exception))
        {
            return default;
        }
    }
}
