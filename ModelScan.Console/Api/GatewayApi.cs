using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace ModelScan.WebConsole.Api;

/// <summary>
/// The gateway's administration, asked on behalf of one request of the console's that was let in: the console knows and may no more than any
/// program that has the admin key.
/// </summary>
/// <param name="gateway">The gateway.</param>
/// <param name="context">The request on whose behalf.</param>
internal sealed class GatewayApi(IGateway gateway, HttpContext context)
{
    private const string Admin = "/admin/";

    private CancellationToken Left => context.RequestAborted;

    public Task<Reply<RequestPage>> ListAsync(string filter, string? since, string? before, int limit) =>
        GetAsync($"/admin/requests{Query(("filter", filter), ("since", since), ("before", before), ("limit", $"{limit}"))}", ApiJson.Default.RequestPage);

    public Task<Reply<RequestEntry>> FindAsync(string id) => GetAsync($"/admin/requests/{Uri.EscapeDataString(id)}", ApiJson.Default.RequestEntry);

    public Task<Reply<AggregatePage>> AggregateAsync(string filter, string? since, string? groupBy = null, string? interval = null) =>
        GetAsync($"/admin/requests/aggregate{Query(("filter", filter), ("since", since), ("group_by", groupBy), ("interval", interval))}", ApiJson.Default.AggregatePage);

    public Task<Reply<LogStatus>> StatusAsync() => GetAsync("/admin/requests/status", ApiJson.Default.LogStatus);

    public Task<Reply<ModeState>> ModeAsync() => GetAsync("/admin/mode", ApiJson.Default.ModeState);

    public Task<Reply<ConfigState>> ConfigAsync() => GetAsync("/admin/config", ApiJson.Default.ConfigState);

    public Task<Reply<ProvidersState>> ProvidersAsync() => GetAsync("/admin/providers", ApiJson.Default.ProvidersState);

    /// <summary>Asks for something.</summary>
    public Task<Reply<T>> GetAsync<T>(string path, JsonTypeInfo<T> type)
        where T : class => SendAsync(new GatewayRequest(HttpMethods.Get, path), type);

    /// <summary>Sends JSON.</summary>
    public Task<Reply<T>> SendAsync<T>(string method, string path, JsonTypeInfo<T> type, Action<Utf8JsonWriter> write)
        where T : class => SendAsync(new GatewayRequest(method, path) { Body = Write(write) }, type);

    /// <summary>Sends a request and reads the answer whole.</summary>
    public async Task<Reply<T>> SendAsync<T>(GatewayRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        using var body = new MemoryStream();
        var answer = await SendAsync(request, body);
        var bytes = body.GetBuffer().AsSpan(0, (int)body.Length);
        if (answer.Status >= (int)HttpStatusCode.BadRequest)
            return new Reply<T>(null, answer.Status, ProblemOf(bytes) ?? $"the gateway answered {answer.Status}");
        try
        {
            return new Reply<T>(JsonSerializer.Deserialize(bytes, type), answer.Status, null);
        }
        catch (JsonException exception)
        {
            return new Reply<T>(null, answer.Status, $"the gateway's answer cannot be read: {exception.Message}");
        }
    }

    /// <summary>Sends a request, and the answer to a stream while it comes.</summary>
    public Task<GatewayAnswer> SendAsync(GatewayRequest request, Stream answer, CancellationToken cancellationToken = default) =>
        gateway.SendAsync(context, Authorized(request), answer, cancellationToken.CanBeCanceled ? cancellationToken : Left);

    /// <summary>A body.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.WrittenMemory;
    }

    /// <summary>What an answer says is wrong; <see langword="null"/> where it cannot be told.</summary>
    public static string? ProblemOf(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ApiJson.Default.ApiError)?.Error?.Message;
        }
        catch (JsonException)
        {
            return body.IsEmpty ? null : Encoding.UTF8.GetString(body[..Math.Min(body.Length, 300)]);
        }
    }

    /// <summary>A query string of what is there.</summary>
    public static string Query(params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in values)
        {
            if (!string.IsNullOrEmpty(value))
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return query.ToString();
    }

    // The admin key opens what administers, and is told to nobody else: what goes to models could carry it on to a provider.
    private GatewayRequest Authorized(GatewayRequest request)
    {
        request = request with { IsAdmitted = true };
        return gateway.AdminKey is { } key && request.Path.StartsWith(Admin, StringComparison.Ordinal)
            ? request with { Headers = [.. request.Headers, new("Authorization", $"Bearer {key}")] }
            : request;
    }
}
