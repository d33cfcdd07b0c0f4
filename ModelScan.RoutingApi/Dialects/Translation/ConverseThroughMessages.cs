using System.Text;
using ModelScan.RoutingApi.Dialects.Canonical;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Lets clients of other formats talk to Converse: their requests become Messages requests first and Converse's then. Messages can say all
/// that Converse can, so nothing is lost between that would not be lost anyway.
/// </summary>
/// <param name="toMessages">The client's translator for Messages providers.</param>
/// <param name="limits">The client's fields that bound the answer; without any of them Bedrock's own limit holds, not the one that Messages needs.</param>
/// <param name="names">What fields of a Messages request are in the client's format, for what the second step drops or refuses.</param>
internal sealed class ConverseThroughMessages(ITranslator toMessages, IReadOnlyList<string> limits, IReadOnlyDictionary<string, string> names)
{
    private const string Content = "messages.content";

    /// <summary>Translates a request in both steps.</summary>
    /// <exception cref="InvalidRequestException">The request is wrong, or cannot be said to Bedrock; names the client's field.</exception>
    public TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context)
    {
        var first = toMessages.Translate(body, context);
        MessagesToConverseRequest request;
        try
        {
            request = RequestBody.Translate(body, context, (own, _) => RequestBody.Translate(
                first.Body, context, (messages, _) => MessagesToConverseRequest.Translate(messages, own, limits.Any(limit => own.Find(limit) is not null), context)));
        }
        catch (InvalidRequestException exception) when (exception.Field is { } field && exception.Message.StartsWith($"{field}: ", StringComparison.Ordinal))
        {
            throw new InvalidRequestException(NameOf(field), exception.Message[(field.Length + 2)..]);
        }

        var answers = ((AnswerExchange)first).Context;
        return new AnswerExchange(toMessages.Client, ApiFormat.Converse, answers with
        {
            EstimatedInput = request.EstimatedTokens,
            Tool = name => answers.Tool(request.ToolNames.ForClient(name)),
        })
        {
            Body = request.Body,
            Dropped = [.. first.Dropped.Except(MessagesToConverseRequest.OwnFields, StringComparer.Ordinal).Concat(request.Dropped.Paths.Select(NameOf)).Distinct(StringComparer.Ordinal)],
            Headers = MessagesClientOnConverse.Headers(request),
        };
    }

    // Indexes are left out: several messages of the one format can be one of the other.
    private string NameOf(string messagesPath)
    {
        var plain = new StringBuilder();
        var depth = 0;
        foreach (var character in messagesPath)
        {
            depth += character == '[' ? 1 : 0;
            if (depth == 0)
                plain.Append(character);
            depth -= character == ']' ? 1 : 0;
        }

        var path = plain.ToString();
        if (names.TryGetValue(path, out var name))
            return name;
        if (path.StartsWith($"{Content}.", StringComparison.Ordinal))
            return names.GetValueOrDefault(Content, Content);
        return path;
    }
}
