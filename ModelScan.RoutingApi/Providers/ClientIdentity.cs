using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace ModelScan.RoutingApi.Providers;

/// <summary>
/// Says to subscription services which kind of client is asking, as they require it: ChatGPT's Codex backend and Kimi's
/// endpoint for coding agents. A client that says so itself is left alone, and the entry's own <c>headers</c> come last.
/// </summary>
internal sealed class ClientIdentity(IConfiguration configuration, Random random)
{
    private const string AccountId = "ChatGPT-Account-Id";
    private const string Originator = "originator";
    private const string SessionId = "session_id";
    private const string CodexOriginator = "codex_cli_rs";
    private const string CodexAgent = "codex_cli_rs/1.0 (ModelScan)";
    private const string KimiAgent = "KimiCLI/1.3";

    // The account behind the token, where the person has more than one.
    private readonly string? _account = configuration["CHATGPT_ACCOUNT_ID"];

    /// <summary>Adds what <paramref name="target"/>'s service asks for.</summary>
    /// <param name="headers">The provider's request, with the client's headers in it.</param>
    /// <param name="target">The model.</param>
    /// <param name="conversation">The session that the request belongs to; <see langword="null"/> for none.</param>
    public void Apply(HttpRequestHeaders headers, ModelTarget target, string? conversation)
    {
        if (target.Api.Interface == "chatgpt")
            ApplyCodex(headers, conversation);
        else if (IsKimiCoding(target) && !AgentStartsWith(headers, "KimiCLI/"))
            Replace(headers, "User-Agent", KimiAgent);
    }

    private void ApplyCodex(HttpRequestHeaders headers, string? conversation)
    {
        if (!string.IsNullOrWhiteSpace(_account) && !headers.NonValidated.Contains(AccountId))
            headers.TryAddWithoutValidation(AccountId, _account);
        if (!headers.NonValidated.Contains(SessionId))
            headers.TryAddWithoutValidation(SessionId, SessionOf(conversation).ToString());
        if (headers.NonValidated.Contains(Originator))
            return;
        headers.TryAddWithoutValidation(Originator, CodexOriginator);
        Replace(headers, "User-Agent", CodexAgent);
    }

    private static bool IsKimiCoding(ModelTarget target) => target.Config.BaseUrl?.Host == "api.kimi.com" || target.ModelId == "kimi-for-coding";

    private static bool AgentStartsWith(HttpRequestHeaders headers, string name) =>
        headers.NonValidated.TryGetValues("User-Agent", out var agent) && agent.ToString().StartsWith(name, StringComparison.Ordinal);

    private static void Replace(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }

    // The service keeps its prompt cache by this id, so the turns of one conversation share it.
    private Guid SessionOf(string? conversation)
    {
        Span<byte> bytes = stackalloc byte[32];
        if (conversation is null)
            random.NextBytes(bytes);
        else
            SHA256.HashData(Encoding.UTF8.GetBytes(conversation), bytes);
        return new Guid(bytes[..16]);
    }
}
