using System.Globalization;
using ModelScan.RoutingApi.Configuration;
using ModelScan.RoutingApi.Configuration.Reading;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Governance;
using ModelScan.RoutingApi.Governance.Keys;
using ModelScan.RoutingApi.Pipeline;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>
/// <c>/admin/keys</c>: the gateway's keys, without their secrets; <c>POST</c> makes one, <c>POST …/ID/rotate</c> gives it another secret, <c>PUT …/ID</c> disables and enables it, <c>DELETE …/ID</c> ends it. What is
/// changed stands in <c>governance.keys_file</c>; keys of the configuration are changed there. A secret is told once.
/// </summary>
internal sealed class KeysEndpoint(CurrentSnapshot current, ConfigReloader reloader, Governor governor, MemoryBudget budget, TimeProvider time)
{
    private const long LargestBody = 64 << 10;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/admin/keys", WriteAsync);
        routes.MapPost("/admin/keys", CreateAsync);
        routes.MapPost("/admin/keys/{id}/rotate", context => ChangeAsync(context, RotateAsync));
        routes.MapPut("/admin/keys/{id}", context => ChangeAsync(context, SetAsync));
        routes.MapDelete("/admin/keys/{id}", context => ChangeAsync(context, DeleteAsync));
    }

    private async Task WriteAsync(HttpContext context)
    {
        var config = current.Value.Config.Governance;
        await WriteJsonAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("anonymous", ConfigNames<AnonymousAccess>.Of(config.AnonymousInForce));
            writer.WriteString("file", config.KeysFile);
            writer.WriteStartArray("keys");
            foreach (var key in config.Keys)
                Write(writer, key);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private async Task CreateAsync(HttpContext context)
    {
        var (config, body) = (current.Value.Config.Governance, await ReadAsync(context));
        if (body is not { } asked || File(config) is not { } file)
        {
            if (body is not null)
                await RefuseAsync(context, StatusCodes.Status409Conflict, "there is no governance.keys_file in which a key could be kept; set it, or put what 'modelscan key new' prints into governance.keys", "KeysFileMissing");
            return;
        }

        var id = Text(asked, "id") ?? throw new InvalidRequestException("id", "is required");
        if (!GatewayKeyReader.IsId(id))
            throw new InvalidRequestException("id", "must have 1 to 64 letters, digits, dots and dashes, and begin with a letter or digit");
        if (config.Keys.Any(key => key.Id == id))
        {
            await RefuseAsync(context, StatusCodes.Status409Conflict, $"there is a key '{id}' already", "KeyExists");
            return;
        }

        var secret = KeySecret.Create(id);
        var made = new GatewayKeyConfig(id, KeySecret.HashOf(secret)["sha256:".Length..])
        {
            Models = Texts(asked, "models"),
            Limits = Texts(asked, "limits"),
            Tags = TagsOf(asked),
            Expires = ExpiryOf(asked),
            IsFromFile = true,
        };
        if (await TryChangeAsync(context, file, keys => keys.Any(key => key.Id == id) ? throw new InvalidRequestException("id", $"'{id}' is taken already") : [.. keys, made]))
            await WriteSecretAsync(context, StatusCodes.Status201Created, made, secret);
    }

    private async Task ChangeAsync(HttpContext context, Func<HttpContext, GatewayKeyConfig, KeyFile, Task> change)
    {
        var config = current.Value.Config.Governance;
        var id = (string?)context.Request.RouteValues["id"] ?? "";
        if (config.Keys.FirstOrDefault(key => key.Id == id) is not { } found)
            await RefuseAsync(context, StatusCodes.Status404NotFound, "there is no key of that id", "NotFound");
        else if (!found.IsFromFile || File(config) is not { } file)
            await RefuseAsync(context, StatusCodes.Status409Conflict, $"the key '{id}' stands in the configuration, and is changed there", "KeyIsConfigured");
        else
            await change(context, found, file);
    }

    private async Task RotateAsync(HttpContext context, GatewayKeyConfig key, KeyFile file)
    {
        var secret = KeySecret.Create(key.Id);
        var changed = key with { Hash = KeySecret.HashOf(secret)["sha256:".Length..], IsDisabled = false };
        if (await TryChangeAsync(context, file, keys => Replaced(keys, changed)))
            await WriteSecretAsync(context, StatusCodes.Status200OK, changed, secret);
    }

    private async Task SetAsync(HttpContext context, GatewayKeyConfig key, KeyFile file)
    {
        if (await ReadAsync(context) is not { } asked)
            return;
        if (!asked.TryGetProperty("disabled", out var disabled) || disabled.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new InvalidRequestException("disabled", "must be true or false");
        var changed = key with { IsDisabled = disabled.GetBoolean() };
        if (await TryChangeAsync(context, file, keys => Replaced(keys, changed)))
            await WriteJsonAsync(context, StatusCodes.Status200OK, writer => Write(writer, changed));
    }

    private async Task DeleteAsync(HttpContext context, GatewayKeyConfig key, KeyFile file)
    {
        if (await TryChangeAsync(context, file, keys => [.. keys.Where(other => other.Id != key.Id)]))
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static GatewayKeyConfig[] Replaced(IReadOnlyList<GatewayKeyConfig> keys, GatewayKeyConfig changed) => [.. keys.Select(key => key.Id == changed.Id ? changed : key)];

    private static KeyFile? File(GovernanceConfig config) => config.KeysFile is { } path ? new KeyFile(path, config) : null;

    private async Task<bool> TryChangeAsync(HttpContext context, KeyFile file, Func<IReadOnlyList<GatewayKeyConfig>, IReadOnlyList<GatewayKeyConfig>> change)
    {
        try
        {
            await file.ChangeAsync(change, time, context.RequestAborted);

            // Here it is in force at once: a key opens what it is for when its secret is told, and lists know of it.
            await reloader.LookAsync(CancellationToken.None);
            if (reloader is not { KeysAreInForce: false, Refused: { } refused })
                return true;
            await RefuseAsync(context, StatusCodes.Status409Conflict, $"it is written, and will be in force when the configuration is: {string.Join("; ", refused.Errors)}", "ConfigurationRefused");
        }
        catch (InvalidConfigException exception)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, string.Join("; ", exception.Errors), "InvalidRequest");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "the file of keys cannot be written", "KeysFileUnavailable");
        }

        return false;
    }

    private async ValueTask<JsonElement?> ReadAsync(HttpContext context)
    {
        using var reading = await ClientBody.ReadAsync(context.Request, LargestBody, budget);
        if (reading is not { Body: { } body, Refusal: null })
        {
            await ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, reading.Refusal!);
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body.Bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new InvalidRequestException("the body must be a JSON object");
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Failed to parse JSON: {JsonProblem.Describe(exception)}", exception);
        }
    }

    private static string? Text(JsonElement asked, string name) => !asked.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString() : throw new InvalidRequestException(name, "must be text");

    private static IReadOnlyList<string> Texts(JsonElement asked, string name)
    {
        if (!asked.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
            return [];
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
            throw new InvalidRequestException(name, "must be a list of texts");
        return [.. list.EnumerateArray().Select(item => item.GetString()!)];
    }

    private static Dictionary<string, string> TagsOf(JsonElement asked)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!asked.TryGetProperty("tags", out var map) || map.ValueKind == JsonValueKind.Null)
            return tags;
        if (map.ValueKind != JsonValueKind.Object || map.EnumerateObject().Any(tag => tag.Value.ValueKind != JsonValueKind.String))
            throw new InvalidRequestException("tags", "must be an object of texts");
        foreach (var tag in map.EnumerateObject())
            tags[tag.Name] = tag.Value.GetString()!;
        return tags;
    }

    private static DateTimeOffset? ExpiryOf(JsonElement asked)
    {
        if (Text(asked, "expires") is not { } text)
            return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : throw new InvalidRequestException("expires", "must be a date such as 2027-01-31");
    }

    private static Task WriteSecretAsync(HttpContext context, int status, GatewayKeyConfig key, string secret) => WriteJsonAsync(context, status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", key.Id);
        writer.WriteString("secret", secret);
        writer.WriteString("hash", $"sha256:{key.Hash}");
        writer.WriteEndObject();
    });

    private void Write(Utf8JsonWriter writer, GatewayKeyConfig key)
    {
        var use = governor.UseOf(key.Id);
        writer.WriteStartObject();
        writer.WriteString("id", key.Id);
        writer.WriteString("from", key.IsFromFile ? "file" : "configuration");
        writer.WriteString("problem", GatewayKeys.Problem(key, time.GetUtcNow()));
        writer.WriteBoolean("disabled", key.IsDisabled);
        WriteTexts(writer, "models", key.Models);
        WriteTexts(writer, "limits", key.Limits);
        writer.WriteStartObject("tags");
        foreach (var (name, value) in key.Tags)
            writer.WriteString(name, value);
        writer.WriteEndObject();
        if (key.Expires is { } expires)
            writer.WriteString("expires", expires);
        else
            writer.WriteNull("expires");
        writer.WriteNumber("requests", use.Requests);
        if (use.Last is { } last)
            writer.WriteString("last_used", last);
        else
            writer.WriteNull("last_used");
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static async Task WriteJsonAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        write(writer);
        await writer.FlushAsync(context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, int status, string message, string code) =>
        ErrorResponse.WriteAsync(context, ApiFormat.ChatCompletions, new ClientError(status, message, code));
}
