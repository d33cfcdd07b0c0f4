using System.IO.Pipelines;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.ResponseCache;

/// <summary>An answer on its way to the client, of which a copy is made. Used by one request.</summary>
/// <param name="client">Where the answer goes.</param>
/// <param name="format">The client's format.</param>
/// <param name="limit">Most bytes of the copy.</param>
internal sealed class RecordedResponse(ClientResponse client, ApiFormat format, int limit) : ClientResponse
{
    private static readonly string[] OfThisRequest =
        ["x-modelscan-request-id", "x-modelscan-trace-id", "x-modelscan-attempts", "x-modelscan-mode", "x-modelscan-guards", "x-modelscan-passed-over", "x-modelscan-fallback", ResponseCacheStage.Header];

    private readonly AnswerCapture _copy = new(limit);
    private PipeWriter? _body;

    /// <inheritdoc/>
    public override bool HasBegun => client.HasBegun;

    /// <inheritdoc/>
    public override IHeaderDictionary Headers => client.Headers;

    /// <inheritdoc/>
    public override PipeWriter Body => _body ??= _copy.Around(client.Body);

    /// <inheritdoc/>
    public override CancellationToken ClientLeft => client.ClientLeft;

    private bool IsEventStream => Headers.ContentType.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken) => client.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public override void CaptureBody(AnswerCapture capture) => client.CaptureBody(capture);

    /// <inheritdoc/>
    public override void BreakOff()
    {
        base.BreakOff();
        client.BreakOff();
    }

    /// <summary>The answer, where it is whole and good; <see langword="null"/> for an error, one that broke off, and one that is too large.</summary>
    /// <param name="result">What came of the request.</param>
    /// <param name="now">The time.</param>
    public CachedAnswer? ToAnswer(RouteResult result, DateTimeOffset now)
    {
        if (result.Failure is not null || IsBrokenOff || Status != StatusCodes.Status200OK || _copy.IsCut || _copy.Bytes.IsEmpty || result.IsEstimated || result.Attempts is not [.., { Failure: null }]
            || Headers.ContentEncoding.Count > 0 || !(IsEventStream ? IsWholeStream(_copy.Bytes) : IsWholeAnswer(_copy.Bytes)))
        {
            return null;
        }

        var headers = new List<KeyValuePair<string, string>> { new("content-type", Headers.ContentType.ToString()) };
        foreach (var (name, values) in Headers)
        {
            if (name.StartsWith("x-modelscan-", StringComparison.OrdinalIgnoreCase) && !OfThisRequest.Contains(name, StringComparer.OrdinalIgnoreCase))
                headers.Add(new(name, values.ToString()));
        }

        return new CachedAnswer(_copy.Bytes.ToArray(), headers, result.Target, result.Usage, now);
    }

    /// <inheritdoc/>
    protected override void WriteHead(int status, in AnswerHead head) => client.Begin(status, head);

    // The event by which a stream of the format says that it is whole.
    private bool IsWholeStream(ReadOnlySpan<byte> stream)
    {
        var last = format switch
        {
            ApiFormat.Messages => "\"message_stop\""u8,
            ApiFormat.Responses => "\"response.completed\""u8,
            _ => "[DONE]"u8,
        };
        return stream.LastIndexOf(last) >= 0 && stream.IndexOf("event: error"u8) < 0 && stream.IndexOf("data: {\"error\""u8) < 0;
    }

    private static bool IsWholeAnswer(ReadOnlySpan<byte> answer)
    {
        try
        {
            var reader = new Utf8JsonReader(answer, new JsonReaderOptions { MaxDepth = WireJson.Reading.MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && !(document.RootElement.TryGetProperty("error", out var error) && error.ValueKind is not JsonValueKind.Null)
                && !(document.RootElement.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String && !status.ValueEquals("completed"u8));
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
