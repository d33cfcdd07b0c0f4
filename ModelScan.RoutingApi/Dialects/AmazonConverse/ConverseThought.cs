using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>
/// The opaque part of a thought between Converse and a Messages client: the signature of one that can be read, or the whole of one that
/// cannot. Anthropic's go as they are, as they would from Anthropic itself; those of other models are sealed, so that no other model
/// is ever sent them.
/// </summary>
internal static class ConverseThought
{
    /// <summary>What the client gets.</summary>
    /// <param name="family">The model's family.</param>
    /// <param name="opaque">What Converse sent, as a JSON string; empty for nothing.</param>
    /// <returns>A JSON string.</returns>
    public static byte[] ForClient(string? family, ReadOnlySpan<byte> opaque)
    {
        var token = opaque.Length > 2 ? opaque : "\"\""u8;
        return IsAnthropic(family) ? token.ToArray() : EscapedText.TokenOf(SealedReasoning.Seal(family!, Encoding.UTF8.GetBytes(EscapedText.Decode(token))));
    }

    /// <summary>What Converse gets; <see langword="null"/> where it cannot be given back to this model.</summary>
    public static string? ForProvider(string? family, string opaque)
    {
        if (IsAnthropic(family))
            return opaque.Length > 0 && !SealedReasoning.IsOne(opaque) ? opaque : null;
        return SealedReasoning.TryOpen(opaque, family!, out var state) ? Encoding.UTF8.GetString(state) : null;
    }

    private static bool IsAnthropic(string? family) => family is null or SealedReasoning.Anthropic;
}
