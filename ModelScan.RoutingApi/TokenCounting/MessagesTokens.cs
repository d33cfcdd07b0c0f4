using ModelScan.RoutingApi.Conversations.Reading;

namespace ModelScan.RoutingApi.TokenCounting;

/// <summary>
/// Estimates the input tokens of a Messages request, for models whose providers do not count them in that format:
/// <list type="bullet">
/// <item>texts, tool calls and results as <see cref="TextTokens"/>, or by the model's vocabulary (<see cref="VocabularyTokens"/>); images and documents as <see cref="AttachmentTokens"/>;</item>
/// <item>JSON (schemas, tool inputs): names and strings as texts with 1 for what separates them, numbers as texts, other values 1;</item>
/// <item>3 for the answer's beginning, 4 for each message, 4 for the system prompt, 8 for each tool, tool call and tool result;</item>
/// <item>thoughts as texts, without their signatures.</item>
/// </list>
/// The same bytes give the same number; nothing is asked of anybody.
/// </summary>
internal sealed class MessagesTokens
{
    private const long Answer = 3;
    private const long Frame = 4;
    private const long ToolFrame = 8;

    private readonly Func<string, long> _text;

    private MessagesTokens(Func<string, long> text) => _text = text;

    /// <summary>Estimates a request.</summary>
    /// <param name="body">The client's JSON.</param>
    /// <param name="text">Counts the tokens of a text; <see langword="null"/> to estimate them.</param>
    /// <exception cref="InvalidRequestException">It is not a request of the Messages format; names the field.</exception>
    public static long Of(ReadOnlyMemory<byte> body, Func<string, long>? text = null)
    {
        _ = RequestReader.Read(ApiFormat.Messages, body);
        return RequestDocument.Read(body, new MessagesTokens(text ?? (static text => TextTokens.Of(text))).Request);
    }

    private long Request(RequestField request)
    {
        var tokens = Answer;
        if (request.Find("system") is { } system)
            tokens += Frame + Content(system);
        foreach (var tool in request.Find("tools")?.Items() ?? default)
            tokens += ToolFrame + Json(tool.Value);
        foreach (var name in (ReadOnlySpan<string>)["output_format", "output_config"])
            tokens += request.Find(name) is { } shape ? Json(shape.Value) : 0;
        foreach (var message in request.Get("messages").Items())
            tokens += Frame + (message.Find("content") is { } content ? Content(content) : 0);
        return tokens;
    }

    private long Content(RequestField content)
    {
        if (content.IsText)
            return _text(content.Text);
        var tokens = 0L;
        foreach (var block in content.Items())
            tokens += Block(block);
        return tokens;
    }

    private long Block(RequestField block) => block.FindText("type") switch
    {
        "text" => Text(block, "text"),
        "thinking" => Text(block, "thinking"),
        "redacted_thinking" => 0,
        "tool_use" or "server_tool_use" or "mcp_tool_use" => ToolFrame + Text(block, "name") + (block.Find("input") is { } input ? Json(input.Value) : 0),
        "tool_result" or "mcp_tool_result" => ToolFrame + (block.Find("content") is { } result ? Content(result) : 0),
        "image" => Image(block.Find("source")),
        "document" => Text(block, "title") + Text(block, "context") + Document(block.Find("source")),
        _ => Json(block.Value),
    };

    private static long Image(RequestField? source) =>
        source is { IsObject: true } known && known.FindText("data") is { } data ? AttachmentTokens.Image(data) : AttachmentTokens.LargestImage;

    // A document that is not in the request is taken for one page, the least that it can be.
    private long Document(RequestField? source)
    {
        if (source is not { IsObject: true } known)
            return AttachmentTokens.PdfPage;
        return known.FindText("type") switch
        {
            "text" => Text(known, "data"),
            "content" => known.Find("content") is { } content ? Content(content) : 0,
            "base64" => AttachmentTokens.Pdf(known.FindText("data") ?? ""),
            _ => AttachmentTokens.PdfPage,
        };
    }

    private long Text(RequestField owner, string name) => owner.FindText(name) is { } text ? _text(text) : 0;

    private long Json(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var members = 1L;
                foreach (var member in value.EnumerateObject())
                {
                    // What marks the end of a cached prefix is not read by the model.
                    if (!member.NameEquals("cache_control"u8))
                        members += 1 + _text(member.Name) + Json(member.Value);
                }

                return members;
            case JsonValueKind.Array:
                var items = 1L;
                foreach (var item in value.EnumerateArray())
                    items += Json(item);
                return items;
            case JsonValueKind.String:
                return 1 + _text(new RequestField(value, RequestSource.None).Text);
            case JsonValueKind.Number:
                return _text(value.GetRawText());
            default:
                return 1;
        }
    }
}
