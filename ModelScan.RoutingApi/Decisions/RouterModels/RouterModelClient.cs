using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace ModelScan.RoutingApi.Decisions.RouterModels;

/// <summary>The HTTP side of a router model: one <c>POST …/v1/chat/completions</c>, no retry, everything bounded.</summary>
internal sealed class RouterModelClient
{
    /// <summary>An answer is a few dozen bytes; a reasoning model may add its thoughts.</summary>
    private const int MaxAnswerBytes = 1 << 20;

    /// <summary>What is read of an error page.</summary>
    private const int MaxErrorBytes = 1 << 16;

    private readonly RouterModelOptions _options;
    private readonly IHttpClientFactory _http;
    private readonly TimeProvider _time;
    private readonly Uri _url;

    public RouterModelClient(RouterModelOptions options, IHttpClientFactory http, TimeProvider time)
    {
        _options = options;
        _http = http;
        _time = time;
        _url = CompletionsUrl(options.Endpoint);
    }

    /// <summary>The URL to post to: <c>/v1/chat/completions</c> under the base, of which <c>/v1</c> may already be a part.</summary>
    public static Uri CompletionsUrl(Uri endpoint)
    {
        var path = endpoint.AbsolutePath.TrimEnd('/');
        if (!path.EndsWith("/chat/completions", StringComparison.Ordinal))
            path += path.EndsWith("/v1", StringComparison.Ordinal) ? "/chat/completions" : "/v1/chat/completions";
        return new UriBuilder(endpoint) { Path = path, Fragment = "" }.Uri;
    }

    /// <summary>Sends a request and reads which of the routes the answer names.</summary>
    /// <param name="body">As <see cref="RouterModelRequest"/> writes it.</param>
    /// <param name="routes">The routes that the request asks about.</param>
    /// <param name="cancellationToken">Of the one who asks.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled; nothing else is thrown.</exception>
    public async Task<RouterReply> AskAsync(ReadOnlyMemory<byte> body, RouteSet routes, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var client = _http.CreateClient(RouterModelServices.HttpClientName);
            client.Timeout = Timeout.InfiniteTimeSpan;
            using var request = BuildRequest(body);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                return await DescribeFailureAsync(response, either.Token).ConfigureAwait(false);

            return ReadCompletion(await ReadAsync(response, MaxAnswerBytes, either.Token).ConfigureAwait(false), routes);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = _options.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            return new RouterModelFailure($"no answer within {seconds} s", "timeout", e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever it is, handlers of the named client included, the request can do without the router model.
            var reason = e is HttpRequestException { HttpRequestError: var error } ? error.ToString() : e.GetType().Name;
            return new RouterModelFailure($"the endpoint cannot be reached ({reason})", "unreachable", e);
        }
    }

    private HttpRequestMessage BuildRequest(ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("x-arch-llm-provider-hint", _options.ProviderHint);
        request.Headers.Add("model", "plano-orchestrator");
        if (_options.ApiKey is { } key)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        // The trace itself travels in traceparent, which HttpClient adds; servers that log no traces show this one.
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
            request.Headers.Add("x-request-id", activity.TraceId.ToHexString());
        return request;
    }

    private async Task<RouterModelFailure> DescribeFailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var message = RouterModelError.Describe(await ReadAsync(response, MaxErrorBytes, cancellationToken).ConfigureAwait(false));
        if (_options.ApiKey is { } key)
            message = message.Replace(key, "***", StringComparison.Ordinal);
        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        return new RouterModelFailure(message.Length > 0 ? $"HTTP {status}: {message}" : $"HTTP {status}", status);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var read = new MemoryStream();
        var buffer = new byte[4096];
        while (read.Length < limit)
        {
            var room = (int)Math.Min(buffer.Length, limit - read.Length);
            var count = await stream.ReadAsync(buffer.AsMemory(0, room), cancellationToken).ConfigureAwait(false);
            if (count == 0)
                break;
            read.Write(buffer, 0, count);
        }

        return read.ToArray();
    }

    /// <summary>Reads <c>choices[0].message.content</c>; no choices and <c>null</c> content mean no match.</summary>
    private static RouterReply ReadCompletion(byte[] body, RouteSet routes)
    {
        string? content;
        try
        {
            using var document = JsonDocument.Parse(body);
            content = FirstContent(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: valid JSON of another shape. A body cut at the limit is not valid.
            return new RouterModelFailure("the response is not a chat completion", "unparsable", e);
        }

        return RouterAnswer.Parse(content, routes) is { } answer
            ? answer
            : new RouterModelFailure("the answer is not a JSON object that names routes", "unparsable");
    }

    private static string? FirstContent(JsonElement completion)
    {
        if (!completion.TryGetProperty("choices", out var choices) || choices.ValueKind == JsonValueKind.Null)
            return null;
        return choices.GetArrayLength() > 0
            && choices[0].TryGetProperty("message", out var message)
            && message.TryGetProperty("content", out var content)
            ? content.GetString()
            : null;
    }
}
