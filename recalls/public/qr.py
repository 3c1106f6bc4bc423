"""The QR code of an answer's address, for paper."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from recalls.public.results import kept_query
from recalls.public.site import draw_qr
from recalls.public.views import no_store, public_page

# A code of more characters is too fine for a phone to read from paper.
MAX_LENGTH = 500


@public_page
@no_store
def answer_qr(request: HttpRequest) -> HttpResponse:
    """The address of the same check, without what a visitor is asked anew. The page of an answer
    loads it when it is printed: to make one takes longer than a check."""
    query = kept_query(request)
    address = f"{request.build_absolute_uri(reverse('check'))}?{query}"
    if not query or len(address) > MAX_LENGTH:
        raise Http404
    return HttpResponse(_svg(address), content_type="image/svg+xml; charset=utf-8")


def _svg(address: str) -> bytes:
    svg = draw_qr(address)
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode()
