using ModelScan.RoutingApi.Providers;
using ModelScan.RoutingApi.UsageReports;

namespace ModelScan.RoutingApi.ResponseCache;

/// <summary>An answer that is given again. Immutable.</summary>
/// <param name="Body">Its body as the client got it, a stream as a stream.</param>
/// <param name="Headers">Its headers that say what it is, and what was decided.</param>
/// <param name="Target">Who gave it.</param>
/// <param name="Usage">Its tokens, as the provider reported them.</param>
/// <param name="Created">When it was given.</param>
internal sealed record CachedAnswer(ReadOnlyMemory<byte> Body, IReadOnlyList<KeyValuePair<string, string>> Headers, ModelTarget? Target, TokenUsage? Usage, DateTimeOffset Created)
{
    // What an entry takes beside its body: keys, headers, nodes of two collections; measured, rounded up.
    private const int Overhead = 512;

    /// <summary>Bytes that it takes.</summary>
    public long Size => Body.Length + Overhead;
}
