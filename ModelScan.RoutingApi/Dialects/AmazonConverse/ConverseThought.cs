using System.Text;
using ModelScan.RoutingApi.Dialects.Translation;

namespace ModelScan.RoutingApi.Dialects.AmazonConverse;

/// <summary>
/// The opaque part of a thought between Converse and its client: the signature of one that can be read, or the whole of one that
/// cannot. Anthropic's go as they are, as they would from Anthropic itself; those of other models are sealed, so that no other model
/// is ever sent them.
/// </summary>
internal static class ConverseThought
{
    /// <summary>Whether thoughts of a family are sealed for their clients.</summary>
    public static bool IsSealed(string? family) => family is not (null or SealedReasoning.Anthropic);

    /// <summary>What the client gets.</summary>
    /// <param name="family">The model's family.</param>
    /// <param name="opaque">What Converse sent, as a JSON string; empty for nothing.</param>
    /// <param name="room">Takes what is sealed; needed where anything is.</param>
    /// <returns>A JSON string.</returns>
    public static ReadOnlySpan<byte> ForClient(string? family, ReadOnlySpan<byte> opaque, PooledBuffer? room)
    {
        var token = opaque.Length > 2 ? opaque : "\"\""u8;
        if (!IsSealed(family))
            return token;
        SealedReasoning.Seal(family!, Encoding.UTF8.GetBytes(EscapedText.Decode(token)), room!);
        return room!.WrittenSpan;
    }
}
