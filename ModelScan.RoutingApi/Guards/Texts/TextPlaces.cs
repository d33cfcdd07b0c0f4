using System.Collections.Frozen;

namespace ModelScan.RoutingApi.Guards.Texts;

/// <summary>What the strings of a JSON value are.</summary>
internal enum TextPlace
{
    /// <summary>Of a conversation: texts, save those under names that say that they are something else.</summary>
    Conversation,

    /// <summary>Of what a tool is given or gives back: all are texts, names of members included.</summary>
    Free,

    /// <summary>Of a schema: only what it says to people.</summary>
    Schema,

    /// <summary>No texts: ids, signatures, choices from a list.</summary>
    Opaque,
}

/// <summary>
/// Where texts stand in requests and answers, for all formats at once: whatever is not known to be something else is a text, so that what a
/// format gains tomorrow is guarded from the first day.
/// </summary>
internal static class TextPlaces
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NoTexts = Names(
        "id", "type", "role", "model", "object", "status", "format", "encoding", "encoding_format", "media_type", "mime_type", "detail", "effort", "signature", "encrypted_content", "redacted_thinking",
        "stop_reason", "finish_reason", "native_finish_reason", "service_tier", "system_fingerprint", "call_id", "tool_call_id", "tool_use_id", "item_id", "file_id", "response_id", "container_id", "vector_store_ids",
        "previous_response_id", "prompt_cache_key", "prompt_cache_retention", "conversation", "reasoning_effort", "verbosity", "voice", "truncation", "include", "cache_control", "tool_choice", "logprobs",
        "top_logprobs", "token", "bytes", "modalities", "obfuscation", "enum", "const", "pattern", "required", "betas", "anthropic_version", "sequence_number", "phase", "created_by", "fallbacks");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Addresses = Names("url", "image_url", "server_url", "file_url");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> OfTools = Names("input", "arguments");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Schemas = Names("parameters", "input_schema", "json_schema", "schema", "output_schema");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> OfPeople = Names("description", "title");

    /// <summary>What the strings of a member's value are.</summary>
    /// <param name="around">What those of the object are.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="value">How its value begins.</param>
    public static TextPlace Of(TextPlace around, ReadOnlySpan<char> name, JsonTokenType value) => around switch
    {
        TextPlace.Conversation =>
            NoTexts.Contains(name) ? TextPlace.Opaque
            : value == JsonTokenType.String && (Addresses.Contains(name) || name.SequenceEqual("name")) ? TextPlace.Opaque
            : (value == JsonTokenType.StartObject && OfTools.Contains(name)) || name.SequenceEqual("metadata") ? TextPlace.Free
            : Schemas.Contains(name) ? TextPlace.Schema
            : TextPlace.Conversation,
        TextPlace.Schema => value == JsonTokenType.String && OfPeople.Contains(name) ? TextPlace.Conversation : TextPlace.Schema,
        _ => around,
    };

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Names(params string[] names) => names.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
