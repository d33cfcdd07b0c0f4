using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ModelScan.WebConsole.Access;

/// <summary>Who may see the console: whoever signed in with the admin key; without one, browsers of this machine.</summary>
/// <param name="gateway">The gateway.</param>
/// <param name="time">The clock.</param>
internal sealed class ConsoleAccess(IGateway gateway, TimeProvider time)
{
    /// <summary>The cookie of those who signed in.</summary>
    public const string Cookie = "modelscan-console";

    private readonly FormToken _token = new();
    private readonly SignInLimit _limit = new(time);

    /// <summary>What a request may. Without a key that is what the gateway's own API lets it: one place says what this machine is.</summary>
    public async ValueTask<Admission> OfAsync(HttpContext context)
    {
        if (gateway.AdminKey is not { } key)
        {
            var answer = await gateway.SendAsync(context, new GatewayRequest(HttpMethods.Get, "/admin/requests/status"), Stream.Null, context.RequestAborted);
            return answer.Status == StatusCodes.Status200OK ? Admission.Open : Admission.Closed;
        }

        return ConsoleSession.IsGood(context.Request.Cookies[Cookie], key, time.GetUtcNow()) ? Admission.Open : Admission.NeedsKey;
    }

    /// <summary>The token of the forms that this browser gets.</summary>
    public string TokenFor(HttpContext context) => _token.Of(SessionOf(context), gateway.AdminKey);

    /// <summary>Whether a form came from a page that this browser got.</summary>
    public bool IsOwn(HttpContext context, IFormCollection form) => _token.IsGood(form[FormToken.Field], SessionOf(context), gateway.AdminKey);

    /// <summary>Signs a browser in that knows the key.</summary>
    /// <returns><see langword="null"/> where it is in, else why not, for people.</returns>
    public string? SignIn(HttpContext context, string given)
    {
        if (gateway.AdminKey is not { } key)
            return "there is no admin key (governance.admin_key)";
        if (_limit.IsReached)
            return "too many wrong keys: try again in a minute";
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given.Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(key))))
        {
            _limit.Count();
            return "this is not the admin key";
        }

        context.Response.Cookies.Append(Cookie, ConsoleSession.Create(key, time.GetUtcNow()), Options(context));
        return null;
    }

    /// <summary>Takes the session from a browser.</summary>
    public static void SignOut(HttpContext context) => context.Response.Cookies.Delete(Cookie, Options(context));

    private static string SessionOf(HttpContext context) => context.Request.Cookies[Cookie] ?? "";

    private static CookieOptions Options(HttpContext context) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = context.Request.IsHttps, Path = "/console", MaxAge = ConsoleSession.Lifetime };
}

/// <summary>What somebody may.</summary>
internal enum Admission
{
    /// <summary>Nothing: there is no key, and this is another machine.</summary>
    Closed,

    /// <summary>Sign in.</summary>
    NeedsKey,

    /// <summary>Everything.</summary>
    Open,
}
