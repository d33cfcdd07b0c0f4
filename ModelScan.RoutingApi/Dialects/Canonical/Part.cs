namespace ModelScan.RoutingApi.Dialects.Canonical;

/// <summary>
/// A piece of what a turn says. What was understood stands in members; <see cref="Opaque"/> is the whole of it in the client's words, for
/// targets of the same family.
/// </summary>
/// <param name="opaque">The part as it stands in the request.</param>
internal abstract class Part(RequestField? opaque)
{
    public RequestField? Opaque { get; } = opaque;

    /// <summary>Its mark for the provider's cache: Anthropic's <c>cache_control</c>.</summary>
    public RequestField? Cache { get; init; }

    /// <summary>Refuses the request because of this part.</summary>
    public InvalidRequestException Refuse(string problem) => Opaque?.Refuse(problem) ?? new InvalidRequestException(problem);
}

/// <summary>A text.</summary>
internal sealed class TextPart(SourceText text, RequestField? opaque = null) : Part(opaque)
{
    public SourceText Text { get; } = text;

    /// <summary>Takes content that is one text, which says something if it is not empty.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryRead(RequestField content, List<Part> parts)
    {
        if (content.IsText && !content.IsEmptyText)
            parts.Add(new TextPart(new SourceText(content), content));
        return content.IsText;
    }

    /// <summary>Whether the assistant refused in these words.</summary>
    public bool IsRefusal { get; init; }
}

/// <summary>An image.</summary>
internal sealed class ImagePart(Attachment content, RequestField opaque) : Part(opaque)
{
    public Attachment Content { get; } = content;

    /// <summary>How closely to look (OpenAI: <c>low</c>, <c>high</c>, …); <see langword="null"/> where nothing is said, or <c>auto</c>.</summary>
    public RequestField? Detail { get; init; }

    /// <summary>Where <see cref="Detail"/> stands.</summary>
    public string DetailPlace { get; init; } = "";
}

/// <summary>A file, such as a PDF.</summary>
internal sealed class FilePart(Attachment content, RequestField opaque) : Part(opaque)
{
    public Attachment Content { get; } = content;

    /// <summary>Its name or title.</summary>
    public RequestField? Title { get; init; }

    /// <summary>What the client says about it (Anthropic).</summary>
    public RequestField? Context { get; init; }

    /// <summary>The text that it is, where it is a plain text.</summary>
    public RequestField? Text { get; init; }

    /// <summary>Whether it is to be cited (Anthropic, Bedrock).</summary>
    public bool IsCited { get; init; }

    /// <summary>Where it is a plain text: that, behind its title and what the client says about it.</summary>
    public string AllText => string.Join('\n', new[] { Title?.Text, Context?.Text, Text?.Text }.Where(piece => piece is not null));
}

/// <summary>A sound.</summary>
internal sealed class AudioPart(RequestField sound, RequestField opaque) : Part(opaque)
{
    /// <summary>OpenAI's <c>{data, format}</c>.</summary>
    public RequestField Sound { get; } = sound;
}

/// <summary>Something that the client found, to be cited (Anthropic, Bedrock).</summary>
internal sealed class SearchResultPart(RequestField opaque) : Part(opaque)
{
    public required SourceText Title { get; init; }

    public required SourceText Source { get; init; }

    public required IReadOnlyList<SourceText> Texts { get; init; }

    public bool IsCited { get; init; }

    /// <summary>All of it as one text.</summary>
    public string AllText => $"{Title}\n{Source}\n{string.Join('\n', Texts)}";
}

/// <summary>The assistant calls a tool.</summary>
internal sealed class CallPart(string id, string name, RequestField opaque) : Part(opaque)
{
    /// <summary>The id that the client knows the call by.</summary>
    public string Id { get; } = id;

    /// <summary>The tool as the client names it.</summary>
    public string Name { get; } = name;

    public string? Namespace { get; init; }

    /// <summary>What the tool is given: an object, a string that should hold one, or nothing; of a custom tool, its text.</summary>
    public RequestField? Input { get; init; }

    /// <summary>Whether the tool takes text.</summary>
    public bool IsCustom { get; init; }

    /// <summary>What came of it; set when all turns have been read.</summary>
    public ResultPart? Result { get; set; }

    /// <summary>The id for the provider, where it is not <see cref="Id"/>.</summary>
    public string? UniqueId { get; set; }
}

/// <summary>What came of a call.</summary>
internal sealed class ResultPart(string callId, IReadOnlyList<Part> content, RequestField? opaque) : Part(opaque)
{
    /// <summary>The call that it is the result of, as the client knows it.</summary>
    public string CallId { get; } = callId;

    public IReadOnlyList<Part> Content { get; } = content;

    /// <summary>Whether the tool failed.</summary>
    public bool IsError { get; init; }

    /// <summary>Whether the client gave one text, not a list of parts.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Whether all of it can be said as one text.</summary>
    public bool IsTextOnly
    {
        get
        {
            foreach (var part in Content)
            {
                if (part is not (TextPart or SearchResultPart))
                    return false;
            }

            return true;
        }
    }

    /// <summary>Its texts, each on a line of its own.</summary>
    public string AllText
    {
        get
        {
            if (Content is [TextPart only])
                return only.Text.ToString();
            var text = new System.Text.StringBuilder();
            foreach (var part in Content)
            {
                var piece = part switch
                {
                    TextPart said => said.Text.ToString(),
                    SearchResultPart found => found.AllText,
                    _ => null,
                };
                if (piece is not null)
                    text.Append(text.Length > 0 ? "\n" : "").Append(piece);
            }

            return text.ToString();
        }
    }

    /// <summary>Its texts; where the tool failed, they say so.</summary>
    public string MarkedText => IsError && !AllText.StartsWith("error", StringComparison.OrdinalIgnoreCase) ? $"Error: {AllText}" : AllText;
}

/// <summary>What the assistant thought.</summary>
/// <param name="place">What it is called where it is left out.</param>
/// <param name="opaque">The part as it stands in the request.</param>
internal sealed class ThoughtPart(string place, RequestField? opaque) : Part(opaque)
{
    public string Place { get; } = place;

    /// <summary>The thought in words; <see langword="null"/> where nobody can read it.</summary>
    public string? Text { get; init; }

    /// <summary>What its provider signed it with, or the thought itself in a form that only its provider can read; may be sealed by the gateway.</summary>
    public string? State { get; init; }

    /// <summary>Whether <see cref="State"/> is all there is.</summary>
    public bool IsRedacted { get; init; }

    /// <summary>Whose state it is, where it is not sealed; <see langword="null"/> where nothing tells.</summary>
    public string? Family { get; init; }

    /// <summary>The provider's id of it (OpenAI).</summary>
    public string? Id { get; init; }
}
