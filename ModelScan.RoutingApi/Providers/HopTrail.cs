using System.Security.Cryptography;
using ModelScan.RoutingApi.Dialects;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Which gateways a request has passed, told from one to the next in <c>x-modelscan-hops</c> as <c>Via</c> (RFC 9110, 7.6.3) and
/// <c>CDN-Loop</c> (RFC 8586) do: a request that comes back to a gateway that it passed before goes round in circles, and one that has
/// passed too many is taken to. Thread-safe; a request without the header, which is nearly every one, costs nothing.
/// </summary>
public sealed class HopTrail
{
    /// <summary>The header: the gateways' ids, the first one first, separated by commas.</summary>
    public const string HeaderName = "x-modelscan-hops";

    /// <summary>Most gateways in a row.</summary>
    public const int MaxHops = 5;

    private const int MaxLength = 512;

    private readonly AsyncLocal<string?> _passed = new();

    /// <summary>This gateway's id, another one in each process: 16 hex digits.</summary>
    public string Id { get; } = RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>What the next gateway is told, if the one that is asked is one.</summary>
    public string Outgoing => _passed.Value is { } passed ? $"{passed}, {Id}" : Id;

    /// <summary>Notes, for everything that is asked on behalf of this request, which gateways it has passed.</summary>
    /// <param name="passed">The request's header.</param>
    /// <returns>Why it must not go on, or <see langword="null"/>.</returns>
    public ClientError? Continue(string passed)
    {
        _passed.Value = passed;
        if (passed.Length > MaxLength || passed.AsSpan().Count(',') + 1 >= MaxHops)
            return Looped($"the request has passed {MaxHops} gateways already");
        foreach (var part in passed.AsSpan().Split(','))
        {
            if (passed.AsSpan(part).Trim().Equals(Id, StringComparison.OrdinalIgnoreCase))
                return Looped("the request has come back to a gateway that it passed before");
        }

        return null;
    }

    private static ClientError Looped(string what) => new(
        StatusCodes.Status508LoopDetected, $"{what}: one of the addresses on its way (a provider's base_url, routing.proxy.base_url) leads back", "LoopDetected");
}
