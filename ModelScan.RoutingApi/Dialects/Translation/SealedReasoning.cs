using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Takes a provider's opaque reasoning state (a thinking block with its signature, a reasoning item with its encrypted content)
/// through a client of another format, and gives it back to providers of the same family only: nobody else could read it, and most
/// refuse the request.
/// </summary>
/// <remarks>
/// <code>
/// ms1.anthropic.eyJ0eXBlIjoidGhpbmtpbmciLCJ0aGlua…
/// │   │         └ base64url of JSON: the state in the provider's own words
/// │   └ family of the models that can read it
/// └ ours, first layout
/// </code>
/// </remarks>
internal static class SealedReasoning
{
    public const string Anthropic = "anthropic";
    public const string OpenAi = "openai";

    private const string Mark = "ms1.";

    /// <summary>How a sealed text begins as a JSON string.</summary>
    public static ReadOnlySpan<byte> MarkInJson => "\"ms1."u8;

    /// <summary>Whether text of a request, without its quotes, is sealed, for whomever.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> text) => text.StartsWith(MarkInJson[1..]);

    /// <summary>Seals <paramref name="state"/> as a JSON string; an empty state says that there is a thought, but nothing to give back.</summary>
    /// <param name="family">Whose models can read it.</param>
    /// <param name="state">The state in the provider's own words.</param>
    /// <param name="token">Takes the JSON string, quotes included.</param>
    public static void Seal(string family, ReadOnlySpan<byte> state, IBufferWriter<byte> token)
    {
        token.Write(MarkInJson);
        Encoding.ASCII.GetBytes(family, token);
        token.Write("."u8);
        token.Advance(Base64Url.EncodeToUtf8(state, token.GetSpan(Base64Url.GetEncodedLength(state.Length))));
        token.Write("\""u8);
    }

    /// <summary>Whether a text was sealed here, for whatever family.</summary>
    public static bool IsOne(string text) => text.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>Opens what was sealed for <paramref name="family"/>; <see langword="false"/> for anybody else's, or none of ours.</summary>
    public static bool TryOpen(string text, string family, out byte[] state)
    {
        state = [];
        if (!IsOne(text))
            return false;
        var rest = text.AsSpan(Mark.Length);
        if (!rest.StartsWith(family, StringComparison.Ordinal) || rest.Length <= family.Length + 1 || rest[family.Length] != '.')
            return false;
        var encoded = rest[(family.Length + 1)..];
        if (!Base64Url.IsValid(encoded))
            return false;
        state = Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(encoded.ToString()));
        return state.Length > 0;
    }
}
