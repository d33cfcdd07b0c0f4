using System.Text.Json;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// A mark that says up to where to cache: Anthropic's <c>cache_control: {"type": "ephemeral", "ttl": "1h"}</c> inside a block, Converse's
/// <c>{"cachePoint": {"type": "default", "ttl": "1h"}}</c> behind it.
/// </summary>
internal static class ConverseCachePoint
{
    /// <summary>What to write behind a block; <see langword="null"/> where it has no mark, or the model takes none, which is noted.</summary>
    /// <param name="block">The block.</param>
    /// <param name="isTaken">Whether the model takes marks there.</param>
    /// <param name="dropped">Takes note.</param>
    /// <param name="path">What to note.</param>
    public static Action<Utf8JsonWriter>? Of(RequestField block, bool isTaken, DroppedFields dropped, string path)
    {
        if (block.Find("cache_control") is not { } mark)
            return null;
        if (mark.GetText("type") is not "ephemeral")
            throw mark.Get("type").Refuse("must be ephemeral");
        var ttl = mark.FindText("ttl");
        if (isTaken)
            return json => Write(json, ttl);
        dropped.Add(path);
        return null;
    }

    private static void Write(Utf8JsonWriter json, string? ttl)
    {
        json.WriteStartObject();
        json.WriteStartObject("cachePoint"u8);
        json.WriteString("type"u8, "default"u8);
        if (ttl is not null)
            json.WriteString("ttl"u8, ttl);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
