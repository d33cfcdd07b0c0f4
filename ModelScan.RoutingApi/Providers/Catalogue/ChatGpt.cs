using System.Net.Http.Headers;

namespace ModelScan.RoutingApi.Providers.Catalogue;

/// <summary>ChatGPT's backend for Codex: the Responses format, for subscriptions, with every request in the form of Codex's own.</summary>
internal static class ChatGpt
{
    private const string AccountId = "ChatGPT-Account-Id";
    private const string Originator = "originator";
    private const string SessionId = "session_id";

    public static ProviderApi Api { get; } = new("chatgpt")
    {
        CatalogueName = OpenAi.Name,
        TelemetryName = OpenAi.Name,
        BaseUrl = "https://chatgpt.com/backend-api/codex",
        IsKnownToPlano = true,
        IsInterface = true,
        TakesClientsCredential = true,
        Identify = Identify,
        Native = [ApiFormat.Responses],
        Compatible = [ApiFormat.ChatCompletions],
        Doors = [],
        OnlyStreams = [ApiFormat.Responses],
        Rules = new Dictionary<ApiFormat, IReadOnlyList<MemberRule>>
        {
            [ApiFormat.Responses] =
            [
                new("store", _ => "false"u8.ToArray()) { WhenAbsent = "false"u8.ToArray(), IsReported = false },
                new("stream", _ => "true"u8.ToArray()) { WhenAbsent = "true"u8.ToArray(), IsReported = false },
                new("input", AsList) { IsReported = false },
                new("instructions", value => value) { WhenAbsent = "\"You are a helpful assistant.\""u8.ToArray() },
            ],
        },
        Capabilities = OpenAi.AnyModel with { WebSearch = true },
        Models = OpenAi.Hosted,
    };

    // The account behind the token, where the person has more than one. The service keeps its prompt cache by the session's id.
    private static void Identify(HttpRequestHeaders headers, ClientFacts client)
    {
        if (client.Configuration["CHATGPT_ACCOUNT_ID"] is { } account && !string.IsNullOrWhiteSpace(account) && !headers.NonValidated.Contains(AccountId))
            headers.TryAddWithoutValidation(AccountId, account);
        if (!headers.NonValidated.Contains(SessionId))
            headers.TryAddWithoutValidation(SessionId, client.Session().ToString());
        if (headers.NonValidated.Contains(Originator))
            return;
        headers.TryAddWithoutValidation(Originator, "codex_cli_rs");
        headers.Remove("User-Agent");
        headers.TryAddWithoutValidation("User-Agent", "codex_cli_rs/1.0 (ModelScan)");
    }

    // A text is a list of one message of the user's.
    private static ReadOnlyMemory<byte>? AsList(ReadOnlyMemory<byte> input) => input.Span[0] == '"'
        ? (byte[])[.. """[{"type":"message","role":"user","content":[{"type":"input_text","text":"""u8, .. input.Span, .. "}]}]"u8]
        : input;
}
