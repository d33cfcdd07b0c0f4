using ModelScan.Tests.Integration.Hostile;

namespace ModelScan.Tests.Governance;

/// <summary>Ways around keys and the admin key, down to the bytes: none of them gets an answer from a provider, or a look at <c>/admin</c>.</summary>
public sealed class BypassTests
{
    private const string Body = """{"model":"openai/gpt-4o","messages":[{"role":"user","content":"hi"}]}""";
    private const string AdminKey = "admin-secret-0123456789";
    private static readonly string Key = GovernedGateway.KeyA;

    /// <summary>Name, path, headers.</summary>
    public static TheoryData<string, string, string> Attempts => new()
    {
        { "no header", Chat, "" },
        { "empty bearer", Chat, "Authorization: Bearer \r\n" },
        { "bearer alone", Chat, "Authorization: Bearer\r\n" },
        { "empty x-api-key", Chat, "x-api-key: \r\n" },
        { "wrong secret", Chat, $"Authorization: Bearer {Key[..^1]}x\r\n" },
        { "secret cut short", Chat, $"Authorization: Bearer {Key[..^1]}\r\n" },
        { "secret with more behind it", Chat, $"Authorization: Bearer {Key}x\r\n" },
        { "prefix alone", Chat, "Authorization: Bearer msk_\r\n" },
        { "id alone", Chat, "Authorization: Bearer msk_a_\r\n" },
        { "secret without its id", Chat, $"Authorization: Bearer msk_{Key[6..]}\r\n" },
        { "another id", Chat, $"Authorization: Bearer msk_b_{Key[6..]}\r\n" },
        { "upper-case prefix", Chat, $"Authorization: Bearer MSK_a_{Key[6..]}\r\n" },
        { "upper-case id", Chat, $"Authorization: Bearer msk_A_{Key[6..]}\r\n" },
        { "all upper-case", Chat, $"Authorization: Bearer {Key.ToUpperInvariant()}\r\n" },
        { "all lower-case", Chat, $"Authorization: Bearer {Key.ToLowerInvariant()}\r\n" },
        { "scheme Basic", Chat, $"Authorization: Basic {Key}\r\n" },
        { "scheme Basic, encoded", Chat, $"Authorization: Basic {Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{Key}:"))}\r\n" },
        { "scheme Token", Chat, $"Authorization: Token {Key}\r\n" },
        { "no scheme", Chat, $"Authorization: {Key}\r\n" },
        { "scheme twice", Chat, $"Authorization: Bearer Bearer {Key}\r\n" },
        { "colon behind the scheme", Chat, $"Authorization: Bearer: {Key}\r\n" },
        { "tab behind the scheme", Chat, $"Authorization: Bearer\t{Key}\r\n" },
        { "quoted", Chat, $"Authorization: Bearer \"{Key}\"\r\n" },
        { "space within", Chat, $"Authorization: Bearer {Key[..10]} {Key[10..]}\r\n" },
        { "two in one header", Chat, $"Authorization: Bearer {Key}, Bearer {Key}\r\n" },
        { "the same header twice", Chat, $"Authorization: Bearer {Key}\r\nAuthorization: Bearer {Key}\r\n" },
        { "a wrong one first", Chat, $"Authorization: Bearer msk_a_wrong\r\nAuthorization: Bearer {Key}\r\n" },
        { "a wrong one behind", Chat, $"Authorization: Bearer {Key}\r\nx-api-key: msk_a_wrong\r\n" },
        { "two keys", Chat, $"Authorization: Bearer {Key}\r\nx-api-key: {GovernedGateway.KeyB}\r\n" },
        { "x-api-key twice", Chat, $"x-api-key: {Key}\r\nx-api-key: {Key}\r\n" },
        { "bearer in x-api-key", Chat, $"x-api-key: Bearer {Key}\r\n" },
        { "own header, wrong", Chat, $"x-modelscan-key: wrong\r\nAuthorization: Bearer {Key}\r\n" },
        { "api-key", Chat, $"api-key: {Key}\r\n" },
        { "x-goog-api-key", Chat, $"x-goog-api-key: {Key}\r\n" },
        { "cookie", Chat, $"Cookie: authorization=Bearer {Key}\r\n" },
        { "proxy-authorization", Chat, $"Proxy-Authorization: Bearer {Key}\r\n" },
        { "query key", $"{Chat}?key={Key}", "" },
        { "query api_key", $"{Chat}?api_key={Key}", "" },
        { "query access_token", $"{Chat}?access_token={Key}", "" },
        { "percent-encoded", Chat, $"Authorization: Bearer {string.Concat(Key.Select(letter => $"%{(int)letter:X2}"))}\r\n" },
        { "underscores percent-encoded", Chat, $"Authorization: Bearer {Key.Replace("_", "%5F", StringComparison.Ordinal)}\r\n" },
        { "full-width letters", Chat, $"Authorization: Bearer {string.Concat(Key.Select(letter => (char)(letter - 0x21 + 0xFF01)))}\r\n" },
        { "the hash for the key", Chat, $"Authorization: Bearer {RoutingApi.Governance.Keys.KeySecret.HashOf(Key)}\r\n" },
        { "zero byte behind it", Chat, $"Authorization: Bearer {Key}%00\r\n" },
        { "the admin key", Chat, $"Authorization: Bearer {AdminKey}\r\n" },
        { "the provider's key", Chat, "Authorization: Bearer sk-openai-secret\r\n" },
        { "the provider's key as x-api-key", Chat, "x-api-key: sk-openai-secret\r\n" },
        { "said to be this machine", Chat, "X-Forwarded-For: 127.0.0.1\r\n" },
        { "said to be this machine, RFC 7239", Chat, "Forwarded: for=127.0.0.1\r\n" },
        { "upper-case path", "/V1/CHAT/COMPLETIONS", "" },
        { "path without version", "/chat/completions", "" },
        { "version twice", "/v1/v1/chat/completions", "" },
        { "slash twice", "//v1/chat/completions", "" },
        { "slash behind", "/v1/chat/completions/", "" },
        { "percent-encoded path", "/v1/chat/%63ompletions", "" },
        { "percent-encoded slash", "/v1%2Fchat%2Fcompletions", "" },
        { "by way of health", "/health/../v1/chat/completions", "" },
        { "by way of health, encoded", "/health/%2e%2e/v1/chat/completions", "" },
        { "by way of the console", "/console/../v1/chat/completions", "" },
        { "path parameter", "/v1/chat/completions;/health", "" },
        { "method override", Chat, "X-HTTP-Method-Override: OPTIONS\r\n" },
        { "original URL", Chat, "X-Original-URL: /health\r\nX-Rewrite-URL: /health\r\n" },
        { "a page's preflight", Chat, "Origin: http://127.0.0.1\r\nAccess-Control-Request-Method: POST\r\n" },
        { "by way of a door", "/v1/embeddings", "" },
        { "by way of another format", "/v1/messages", "" },
        { "by way of a count", "/v1/messages/count_tokens", "" },
        { "by way of a batch", "/v1/batches", "" },
        { "by way of a decision", "/routing/v1/chat/completions", "" },
    };

    /// <summary>Name, path, headers, host.</summary>
    public static TheoryData<string, string, string, string> AdminAttempts => new()
    {
        { "no header", "/admin/config", "", "127.0.0.1" },
        { "a client's key", "/admin/config", $"Authorization: Bearer {Key}\r\n", "127.0.0.1" },
        { "cut short", "/admin/config", $"Authorization: Bearer {AdminKey[..^1]}\r\n", "127.0.0.1" },
        { "with more behind it", "/admin/config", $"Authorization: Bearer {AdminKey}x\r\n", "127.0.0.1" },
        { "another case", "/admin/config", $"Authorization: Bearer {AdminKey.ToUpperInvariant()}\r\n", "127.0.0.1" },
        { "no scheme", "/admin/config", $"Authorization: {AdminKey}\r\n", "127.0.0.1" },
        { "scheme Basic", "/admin/config", $"Authorization: Basic {AdminKey}\r\n", "127.0.0.1" },
        { "twice", "/admin/config", $"Authorization: Bearer x\r\nAuthorization: Bearer {AdminKey}\r\n", "127.0.0.1" },
        { "x-api-key", "/admin/config", $"x-api-key: {AdminKey}\r\n", "127.0.0.1" },
        { "query", $"/admin/config?admin_key={AdminKey}", "", "127.0.0.1" },
        { "upper-case path", "/ADMIN/CONFIG", "", "127.0.0.1" },
        { "slash behind", "/admin/config/", "", "127.0.0.1" },
        { "percent-encoded path", "/%61dmin/config", "", "127.0.0.1" },
        { "by way of health", "/health/../admin/config", "", "127.0.0.1" },
        { "by way of the console", "/console/../admin/config", "", "127.0.0.1" },
        { "by way of the log of requests", "/admin/requests/../config", "", "127.0.0.1" },
        { "the log of requests", "/admin/requests", "", "127.0.0.1" },
        { "keys", "/admin/keys", "", "localhost" },
        { "limits", "/admin/limits", "", "localhost" },
        { "mode", "/admin/mode", "", "localhost" },
        { "providers", "/admin/providers", "", "localhost" },
        { "metrics", "/metrics", "", "localhost" },
        { "another site's name", "/admin/config", $"Authorization: Bearer {AdminKey}\r\n", "evil.example.org" },
        { "another site's page", "/admin/config", $"Authorization: Bearer {AdminKey}\r\nOrigin: http://evil.example.org\r\n", "127.0.0.1" },
        { "a page without an origin", "/admin/config", $"Authorization: Bearer {AdminKey}\r\nOrigin: null\r\n", "127.0.0.1" },
    };

    private const string Chat = "/v1/chat/completions";

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task Attempt_ToAskWithoutAKey_ReachesNoProvider(string name, string path, string headers)
    {
        await using var rig = await GovernedGateway.StartAsync($"admin_key: {AdminKey}\n{GovernedGateway.Keys()}");
        var answer = await RawClient.AskAsync(rig.Gateway.Client.BaseAddress!, RawClient.Post(path, Body, headers));
        Assert.True(answer.Status is 400 or 401 or 403 or 404 or 405, $"{name}: {answer.Status}");
        Assert.Empty(rig.Seen);
        Assert.DoesNotContain(Key[6..], answer.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(AdminAttempts))]
    public async Task Attempt_ToAdministerWithoutTheAdminKey_SeesNothing(string name, string path, string headers, string host)
    {
        await using var rig = await GovernedGateway.StartAsync($"admin_key: {AdminKey}\nmetrics: admin\n{GovernedGateway.Keys()}");
        var answer = await RawClient.AskAsync(rig.Gateway.Client.BaseAddress!, $"GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n");
        Assert.True(answer.Status is 400 or 401 or 403 or 404, $"{name}: {answer.Status}");
        Assert.DoesNotContain("model_providers", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/admin/config")]
    [InlineData("/admin/keys")]
    [InlineData("/admin/requests/status")]
    [InlineData("/metrics")]
    public async Task AdminKey_Opens(string path)
    {
        await using var rig = await GovernedGateway.StartAsync($"admin_key: {AdminKey}\nmetrics: admin\n{GovernedGateway.Keys()}");
        var answer = await RawClient.AskAsync(rig.Gateway.Client.BaseAddress!, $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {AdminKey}\r\n\r\n");
        Assert.Equal(200, answer.Status);
    }

    [Theory]
    [InlineData("POST", "/admin/keys", "text/plain", 415)]
    [InlineData("POST", "/admin/keys", "application/x-www-form-urlencoded", 415)]
    [InlineData("GET", "/admin/keys?id=x", "application/json", 401)]
    [InlineData("POST", "/admin/keys", "application/json", 401)]
    public async Task Change_ByWhatAPageCanSend_IsRefused(string method, string path, string type, int status)
    {
        await using var rig = await GovernedGateway.StartAsync($"admin_key: {AdminKey}\n{GovernedGateway.Keys()}");
        var answer = await RawClient.AskAsync(rig.Gateway.Client.BaseAddress!, $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {type}\r\nContent-Length: 10\r\n\r\n{{\"id\":\"x\"}}");
        Assert.Equal(status, answer.Status);
    }
}
