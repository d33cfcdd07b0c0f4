using System.Globalization;
using ModelScan.RoutingApi.Dialects;
using ModelScan.RoutingApi.Resources;

namespace ModelScan.RoutingApi.Endpoints;

/// <summary>Answers with an error in the client's dialect.</summary>
internal static class ErrorResponse
{
    public static async Task WriteAsync(HttpContext context, ApiFormat format, ClientError error)
    {
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = "application/json";
        if (error.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, WireJson.Options);
        error.WriteTo(writer, format);
        await writer.FlushAsync(CancellationToken.None);
    }

    /// <summary>
    /// Catches what the endpoints below let through: a client that left gets nothing, a body that the server refused gets its 4xx,
    /// anything else is logged and becomes a 500 that tells nothing of the inside.
    /// </summary>
    public static async Task CatchAsync(HttpContext context, RequestDelegate next)
    {
        var format = ApiFormats.Guess(context.Request.Path);
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, format, new ClientError(exception.StatusCode, Describe(exception.StatusCode), "InvalidRequest"));
        }
        catch (InvalidRequestException exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, format, ClientError.InvalidRequest(exception));
        }
        catch (MemoryBudgetException exception) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, format, ClientError.Busy(exception));
        }
        catch (OutOfMemoryException exception) when (!context.Response.HasStarted)
        {
            // What the budget does not know of; whoever waits a moment may have room.
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ErrorResponse))
                .LogError(exception, "{Method} {Path} was refused", context.Request.Method, context.Request.Path);
            await WriteAsync(context, format, ClientError.Busy(new MemoryBudgetException()));
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ErrorResponse))
                .LogError(exception, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            await WriteAsync(context, format, ClientError.Internal());
        }
        catch (Exception exception) when (exception is not AnswerBrokenOffException)
        {
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ErrorResponse))
                .LogError(exception, "{Method} {Path} failed within its answer", context.Request.Method, context.Request.Path);
            throw;
        }

        await AnswerEmptyErrors(context, format);
    }

    // The server's own words name its limits and states.
    private static string Describe(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => "the request's body came too slowly",
        StatusCodes.Status413PayloadTooLarge => "the request's body is too large",
        StatusCodes.Status431RequestHeaderFieldsTooLarge => "the request's headers are too large",
        _ => "the request's body does not come as its headers announce it, or ends too early",
    };

    // Routing answers 404 and 405 without a body. To those who ask which methods there are, a 405 is the answer.
    private static Task AnswerEmptyErrors(HttpContext context, ApiFormat format)
    {
        if (context.Response.HasStarted || context.Response.ContentLength is not null || context.Response.ContentType is not null)
            return Task.CompletedTask;
        if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed && HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            context.Response.Headers.Allow = $"{context.Response.Headers.Allow}, {HttpMethods.Options}";
            return Task.CompletedTask;
        }

        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => WriteAsync(context, format, ClientError.NotFound(context.Request.Path)),
            StatusCodes.Status405MethodNotAllowed => WriteAsync(
                context, format, ClientError.MethodNotAllowed(context.Request.Method, context.Response.Headers.Allow.ToString())),
            _ => Task.CompletedTask,
        };
    }
}
