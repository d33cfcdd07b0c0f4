using ModelScan.RoutingApi.Dialects.Fitting;

namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>A request as a provider gets it.</summary>
/// <param name="Body">Its JSON.</param>
/// <param name="Losses">What the provider does not get as it was said.</param>
/// <param name="Naming">Names of the tools, for the way back.</param>
internal sealed record WrittenRequest(ReadOnlyMemory<byte> Body, Losses Losses, ToolNaming Naming)
{
    /// <summary>Headers that the body needs.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
