using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Guards.Filters;
using ModelScan.RoutingApi.Pipeline;

namespace ModelScan.RoutingApi.Guards.Answers;

/// <summary>
/// An answer on its way through the filters of the listener: a whole one when all of it is there, a stream in the events that have come, or whole,
/// as its filters want it.
/// </summary>
/// <param name="client">Where the answer goes.</param>
/// <param name="request">The request.</param>
/// <param name="path">The path that the client asked.</param>
/// <param name="chain">Asks filters.</param>
internal sealed class FilteredResponse(ClientResponse client, ClientRequest request, string path, FilterChain chain) : InterceptedResponse(client, request.Format)
{
    private const int LargestWhole = 64 << 20;

    private readonly IReadOnlyList<FilterConfig> _all = request.Snapshot.Config.Guards.OutputFilters;
    private readonly PooledBuffer _waiting = new();
    private readonly EventCutter _events = new();
    private IReadOnlyList<FilterConfig> _filters = [];
    private bool? _isStream;

    private bool IsBuffered => _filters.Any(static filter => filter.Stream == StreamGuarding.Buffer);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _waiting.Dispose();
        _events.Dispose();
    }

    /// <inheritdoc/>
    protected override void BeforeHead()
    {
        if (request.Guards is { Entries.Count: > 0 } guards)
            Headers[GuardStage.Header] = guards.ToString();
    }

    /// <inheritdoc/>
    protected override async ValueTask TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_isStream is null)
        {
            _isStream = IsEventStream;
            _filters = IsEventStream ? [.. _all.Where(static filter => filter.Stream != StreamGuarding.Off)] : _all;
        }

        if (_filters.Count == 0)
        {
            await SendAsync(bytes);
        }
        else if (_isStream == true && !IsBuffered)
        {
            _events.Append(bytes.Span);
            while (_events.TryRead(out var next))
                Keep(next);
            await FilterAsync();
        }
        else
        {
            Keep(bytes.Span);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask EndAsync()
    {
        Keep(_events.Rest());
        await FilterAsync();
    }

    /// <inheritdoc/>
    protected override ValueTask EndBrokenAsync() => EndAsync();

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_waiting.WrittenCount + bytes.Length > LargestWhole)
            throw new GuardRefusedException(new ClientError(StatusCodes.Status502BadGateway, $"the answer has more than {LargestWhole} bytes that wait for filters", "FilterChainError"));
        bytes.CopyTo(_waiting.GetSpan(bytes.Length));
        _waiting.Advance(bytes.Length);
    }

    private async ValueTask FilterAsync()
    {
        if (_waiting.WrittenCount == 0)
            return;
        var body = _waiting.WrittenSpan.ToArray();
        _waiting.Clear();
        var filtered = await chain.RunAsync(_filters, new FilterInput(body, path, IsRequest: false, request.Headers), reply => Check(reply, body), request.Guards!, ClientLeft);
        if (_isStream == true)
            await SendAsync(filtered);
        else
            await SendWholeAsync(filtered);
    }

    // Events stay whole, and JSON stays JSON: else what follows, or the client, could not be read any more.
    private string? Check(ReadOnlyMemory<byte> reply, byte[] body)
    {
        if (_isStream == true)
            return reply.IsEmpty || reply.Span.EndsWith("\n\n"u8) || reply.Span.EndsWith("\r\n\r\n"u8) || !body.AsSpan().EndsWith("\n\n"u8) ? null : "its reply does not end with a whole event";
        if (!IsJson)
            return null;
        try
        {
            using var document = JsonDocument.Parse(reply, WireJson.Reading);
            return document.RootElement.ValueKind == JsonValueKind.Object ? null : "its reply is not a JSON object";
        }
        catch (JsonException)
        {
            return "its reply is not JSON";
        }
    }
}
