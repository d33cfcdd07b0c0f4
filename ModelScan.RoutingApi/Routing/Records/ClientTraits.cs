using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.Routing.Records;

/// <summary>
/// What headers tell of who asks: the product, and whose credential it is. Both are worked out once for each value of a header and remembered
/// in a small table, for clients send the same ones again and again. Thread-safe.
/// </summary>
internal sealed class ClientTraits
{
    private const int LongestName = 48;
    private const int MostTags = 8;
    private const int LongestTag = 64;

    private readonly Memo _agents = new(Product);
    private readonly Memo _keys = new(Fingerprint);

    /// <summary>The header with a request's labels: <c>x-modelscan-tags: team=search,env=prod</c>.</summary>
    public const string TagsHeader = "x-modelscan-tags";

    /// <summary>The client's product without its version.</summary>
    public string? AgentOf(IHeaderDictionary headers) => headers.UserAgent is { Count: > 0 } agent ? _agents.Of(agent.ToString()) : null;

    /// <summary>A fingerprint of the client's credential: the same one for the same credential, and no way back to it.</summary>
    public string? KeyOf(IHeaderDictionary headers) =>
        headers.Authorization is { Count: > 0 } authorization ? _keys.Of(authorization.ToString())
        : headers["x-api-key"] is { Count: > 0 } key ? _keys.Of(key.ToString())
        : null;

    /// <summary>The labels that the client gave, eight at most, of 64 letters at most.</summary>
    public static IReadOnlyList<string> TagsOf(IHeaderDictionary headers)
    {
        if (headers[TagsHeader] is not { Count: > 0 } value)
            return [];
        return
        [
            .. value.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(tag => tag.Length <= LongestTag && tag.IndexOf('=', StringComparison.Ordinal) > 0 && !tag.AsSpan().ContainsAnyInRange('\0', '\u001F'))
                .Take(MostTags),
        ];
    }

    private static string Product(string agent)
    {
        var end = agent.AsSpan().IndexOfAny('/', ' ', '(');
        var name = agent.AsSpan(0, Math.Min(end < 0 ? agent.Length : end, LongestName)).Trim();
        return name.IsEmpty ? "unknown" : name.ToString();
    }

    // Half of SHA-256's first half: enough to tell keys apart, far too little and too one-way to give one away.
    private static string Fingerprint(string credential)
    {
        var value = credential.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? credential.AsSpan("Bearer ".Length).Trim() : credential.AsSpan();
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(value.ToString()), hash);
        return $"key-{Convert.ToHexStringLower(hash[..6])}";
    }

    // Two values with one place take turns.
    private sealed class Memo(Func<string, string> make)
    {
        private const int Size = 256;
        private readonly Entry?[] _entries = new Entry?[Size];

        public string Of(string value)
        {
            ref var place = ref _entries[(uint)value.GetHashCode(StringComparison.Ordinal) % Size];
            if (Volatile.Read(ref place) is { } known && known.Value == value)
                return known.Made;
            var made = make(value);
            Volatile.Write(ref place, new Entry(value, made));
            return made;
        }

        private sealed record Entry(string Value, string Made);
    }
}
